// A moderator hides a case study; its author sees why and appeals; another moderator takes it back. Then somebody is warned and
// suspended. With and without JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

/** Posts an idea and gives the address of its page. */
async function post (page, title) {
  await page.goto('/case-studies/new')
  await page.getByLabel('Title', { exact: true }).fill(title)
  await page.getByLabel('What is the problem?').fill('Letters take two days.')
  await page.getByRole('button', { name: 'Post idea' }).click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  return new URL(page.url()).pathname
}

for (const javaScriptEnabled of [true, false]) {
  const title = javaScriptEnabled ? 'Letters by pigeon' : 'Letters by bicycle'

  pageTest(`what is hidden is appealed against and comes back, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/, /403/, /410/] }, async (page, t) => {
    await page.goto('/')
    await signIn(page, 'Amina Yusuf')
    const address = await post(page, title)

    const beth = await open(t, shared, { javaScriptEnabled, expected: [/422/] })
    await beth.goto('/')
    await signIn(beth, 'Beth Crowther')
    await beth.goto(address)
    await beth.getByRole('link', { name: 'Moderate', exact: true }).click()
    await beth.getByRole('heading', { level: 1, name: 'Moderate a case study' }).waitFor()
    await sound(beth, 'measures-1-act')
    await beth.getByRole('button', { name: 'Continue' }).click()
    await beth.getByRole('link', { name: 'Choose what is to be done' }).waitFor()
    await sound(beth, 'measures-2-mend')
    await beth.getByRole('radio', { name: 'Hide it' }).check()
    await beth.getByRole('radio', { name: 'Wrong or misleading' }).check()
    await beth.getByLabel('What you say to its author').fill('The figure of two days is of another ward.')
    await beth.getByRole('button', { name: 'Continue' }).click()
    await beth.getByRole('heading', { level: 1, name: 'Check before you go on' }).waitFor()
    await sound(beth, 'measures-3-check')
    await beth.getByRole('button', { name: 'Change it' }).click()
    await beth.getByLabel('What you say to its author').fill('The figure is of another ward.')
    await beth.getByRole('button', { name: 'Continue' }).click()
    await beth.getByRole('button', { name: 'Hide it' }).click()
    await beth.getByText('Done. They see why').waitFor()
    await sound(beth, 'measures-4-done')

    const reader = await open(t, shared, { javaScriptEnabled, expected: [/410/] })
    await reader.goto(address)
    await reader.getByText('A moderator has hidden this case study').waitFor()
    await sound(reader, 'measures-5-gone')

    await page.goto(address)
    await page.getByText('The figure is of another ward.').waitFor()
    await sound(page, 'measures-6-author')
    await page.getByRole('link', { name: 'What moderators did' }).click()
    await page.getByRole('heading', { level: 1, name: 'What moderators did' }).waitFor()
    await sound(page, 'measures-7-mine')
    await page.getByRole('link', { name: 'Appeal against this' }).first().click()
    await page.getByLabel('Why you disagree').fill('It is of our ward; see the table.')
    await sound(page, 'measures-8-appeal')
    await page.getByRole('button', { name: 'Send the appeal' }).click()
    await page.getByText('Your appeal is sent.').waitFor()

    const farah = await open(t, shared, { javaScriptEnabled, expected: [/422/] })
    await farah.goto('/')
    await signIn(farah, 'Farah Siddiqui')
    await farah.goto('/moderation')
    await sound(farah, 'measures-9-queue')
    await farah.getByRole('link', { name: title }).click()
    await farah.getByText('It is of our ward; see the table.').waitFor()
    await sound(farah, 'measures-10-decide')
    await farah.getByRole('radio', { name: 'Take it back' }).check()
    await farah.getByLabel('What you say to whoever appealed').fill('We looked at the table: you are right.')
    await farah.getByRole('button', { name: 'Decide' }).click()
    await farah.getByText('Decided. Whoever appealed is told so').waitFor()
    await farah.goto('/moderation/measures')
    await sound(farah, 'measures-11-list')

    await page.goto('/me/moderation')
    await page.getByText('We looked at the table: you are right.').first().waitFor()
    await sound(page, 'measures-12-lifted')
    await reader.goto(address)
    await reader.getByRole('heading', { level: 1, name: title }).waitFor()
  })
}

pageTest('somebody is warned and suspended, and told so', shared, { expected: [/403/] }, async (page, t) => {
  await page.goto('/')
  await signIn(page, 'Tomos Rees')
  const farah = await open(t, shared)
  await farah.goto('/')
  await signIn(farah, 'Farah Siddiqui')
  for (const [action, words] of [['Warn them', 'Leave names out.'], ['Suspend them', 'You did it again.']]) {
    await farah.goto('/people/tomos-rees')
    await farah.getByRole('link', { name: 'Warn or suspend this person' }).click()
    await farah.getByRole('radio', { name: action }).check()
    await farah.getByRole('radio', { name: 'Patient or personal data' }).check()
    await farah.getByLabel('What you say to them').fill(words)
    await sound(farah, `measures-13-${action.split(' ')[0].toLowerCase()}`)
    await farah.getByRole('button', { name: 'Continue' }).click()
    await farah.getByRole('button', { name: action }).click()
    await farah.getByText('Done. They see why').waitFor()
  }
  await page.goto('/case-studies')
  await page.getByRole('region', { name: 'A moderator has warned you' }).getByText('Leave names out.').waitFor()
  await sound(page, 'measures-14-warned')
  await page.getByRole('button', { name: 'I have read this' }).click()
  await page.getByRole('heading', { level: 1, name: 'Case studies' }).waitFor()
  await page.getByText('Your account is suspended until a moderator takes that back').waitFor()
  await sound(page, 'measures-15-suspended')
  await page.locator('.gr-result__title a').first().click()
  await page.getByLabel('Your comment').fill('And now?')
  await page.getByRole('radio', { name: 'Question' }).check()
  await page.getByRole('button', { name: 'Post comment' }).click()
  await page.getByText('You did it again.').waitFor()
  await sound(page, 'measures-16-refused')
})
