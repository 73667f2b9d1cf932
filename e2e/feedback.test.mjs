// How an idea comes to be answered: those who know its system are asked, one says not this time, another answers. With and without
// JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

async function as (t, name, javaScriptEnabled) {
  const page = await open(t, shared, { javaScriptEnabled })
  await page.goto('/privacy')
  await signIn(page, name)
  return page
}

/** Opens a page until a text is there: a job writes it. */
async function until (page, address, text) {
  const end = Date.now() + 20_000
  do {
    await page.goto(address)
    if (await page.getByText(text).count() > 0) return
  } while (Date.now() < end)
  throw new Error(`${address} never said “${text}”`)
}

/** Says that somebody knows a skill of this test alone, and may be found by it. */
async function knows (page, skill) {
  await page.goto('/me/expertise')
  const lines = page.locator('input[name^="skills"]')
  for (let i = 0; i < await lines.count(); i++) {
    if (await lines.nth(i).inputValue() !== '') continue
    await lines.nth(i).fill(skill)
    break
  }
  await page.locator('[name=findable]').check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('What you know is saved.').waitFor()
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'
  const skill = `${javaScriptEnabled ? 'scripted' : 'plain'} handovers`

  pageTest(`those who know are asked about an idea, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    const amina = await as(t, 'Amina Yusuf', javaScriptEnabled)
    const grace = await as(t, 'Grace Okafor', javaScriptEnabled)
    for (const one of [amina, grace]) await knows(one, skill)
    await amina.goto('/me/asked')
    await amina.getByLabel('I may be asked').selectOption('10')
    await amina.getByRole('button', { name: 'Save' }).click()
    await amina.getByText('How often you are asked is saved.').waitFor()
    await sound(amina, 'feedback-1-none')

    const title = `Handovers that nobody types, ${how} a script`
    await page.goto('/privacy')
    await signIn(page, 'Beth Crowther')
    await page.goto('/case-studies/new')
    await page.getByLabel('Title').fill(title)
    await page.locator('[name=section_problem]').fill(`They are typed twice. Who knows ${skill}?`)
    await page.getByRole('button', { name: /^Post/ }).first().click()
    await page.getByText('It is posted.').waitFor()
    const study = new URL(page.url()).pathname

    await until(amina, '/me/asked', title)
    await amina.getByText(`You wrote that you know ${skill}.`).first().waitFor()
    await sound(amina, 'feedback-2-asked')
    await amina.getByRole('button', { name: `Not this time ${title}` }).click()
    await amina.getByText('Thank you for saying so. Somebody else is asked.').waitFor()
    await sound(amina, 'feedback-3-declined')
    await amina.getByLabel('I may be asked').selectOption('0')
    await amina.getByRole('button', { name: 'Save' }).click()
    await amina.getByText('How often you are asked is saved.').waitFor()

    await until(grace, '/me/notifications', title)
    await sound(grace, 'feedback-4-told')
    await grace.goto('/me/asked')
    await grace.getByRole('link', { name: `Give feedback on ${title}` }).click()
    await grace.locator('#add-comment ~ form').getByRole('radio', { name: 'Experience' }).check()
    await grace.locator('#comment-body').fill('We did this for a year. Begin with one ward.')
    await grace.getByRole('button', { name: 'Post comment' }).click()
    await grace.getByText('Asked for their experience').waitFor()
    await sound(grace, 'feedback-5-answer')
    await grace.goto('/me/asked')
    await grace.getByRole('link', { name: `Read your answer on ${title}` }).waitFor()
    await sound(grace, 'feedback-6-answered')
    await page.goto(study)
    await page.getByText('Asked for their experience').waitFor()
  })

  pageTest(`leads say within how many days ideas are answered, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async page => {
    await page.goto('/privacy')
    await signIn(page, 'Daniel Marsh')
    await page.goto('/me')
    await page.getByRole('link', { name: /^Ideas that wait at/ }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Ideas that wait for a first response' }).waitFor()
    await sound(page, 'feedback-7-waiting')
    await page.getByLabel('Days to a first response').fill('61')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Enter a number of days from 1 to 60, or nothing for as usual on this site' }).waitFor()
    await sound(page, 'feedback-8-refused')
    await page.getByLabel('Days to a first response').fill('7')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Within how many days ideas are to be answered is saved.').waitFor()
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link').last().click()
    await page.getByText('No idea has waited too long for a first response.').waitFor()
    await sound(page, 'feedback-9-organisation')
  })

  pageTest(`what becomes of an idea is said with a reason, and told, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    const grace = await as(t, 'Grace Okafor', javaScriptEnabled)
    await page.goto('/privacy')
    await signIn(page, 'Beth Crowther')
    await page.goto('/case-studies/new')
    const title = `A bell that says which door, ${how} a script`
    await page.getByLabel('Title').fill(title)
    await page.locator('[name=section_problem]').fill('Everybody runs to every door.')
    await page.getByRole('button', { name: /^Post/ }).first().click()
    await page.getByText('It is posted.').waitFor()
    const study = new URL(page.url()).pathname
    await grace.goto(study)
    await grace.getByRole('button', { name: `Vote for ${title}` }).click()
    await grace.locator('form[data-vote] button[aria-pressed="true"]').first().waitFor()

    await page.goto(study)
    await page.getByRole('link', { name: 'Say what becomes of it' }).click()
    await page.getByText('Nobody has said yet what becomes of it.').waitFor()
    await page.getByRole('radio', { name: 'Not taken forward' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByRole('link').first().waitFor()
    await sound(page, 'feedback-10-no-reason')
    await page.getByLabel('Why?').fill('The doors are to be moved in May.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.goto(study)
    await page.getByText('Not taken forward:').waitFor()
    await sound(page, 'feedback-11-decided')
    await until(grace, '/me/notifications', title)
    await grace.goto(study)
    await grace.getByText('The doors are to be moved in May.').waitFor()
    await grace.getByRole('link', { name: 'What became of it' }).click()
    await sound(grace, 'feedback-12-decisions')
  })
}
