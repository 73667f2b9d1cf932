// The main job from end to end: one person posts an idea and grows it, another finds it by misspelt words, votes and
// comments, and both see it on the page of the organisation. Every page on the way has to pass every check, with and
// without JavaScript.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { search, signIn } from './people.mjs'

const shared = site()

const organisation = 'Leeds Teaching Hospitals NHS Trust'

for (const javaScriptEnabled of [true, false]) {
  // Each journey has an idea of its own, since both use one server.
  const idea = javaScriptEnabled
    ? { title: 'Hydration charts that add themselves up', misspelt: 'hidration chatrs', word: 'jugs' }
    : { title: 'Wheelchair cushions matched to each patient', misspelt: 'wheelchiar cusions', word: 'foam' }

  pageTest(`an idea is posted, grown, found, voted for and discussed ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled }, async (page, t) => {
    await page.goto('/')
    await sound(page, 'journey-1-home')
    await signIn(page, 'Amina Yusuf')
    await post(page, idea)
    const address = page.url()
    await grow(page, idea)

    const other = await open(t, shared, { javaScriptEnabled })
    await other.goto('/')
    await signIn(other, 'Beth Crowther')
    await find(other, idea)
    assert.equal(other.url(), address, 'the slug changed')
    await vote(other, idea)
    await comment(other)
    await sound(other, 'journey-6-discussed')

    await answer(page, address)
    await seenOnTheOrganisation(other, idea)
    await seenWithoutSigningIn(t, idea, address, javaScriptEnabled)
  })
}

async function post (page, idea) {
  await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Post an idea' }).click()
  await page.getByRole('heading', { level: 1, name: 'Post an idea' }).waitFor()
  await sound(page, 'journey-2-post')

  // Without a title it is refused, and what was typed is still there.
  const problem = `Staff guess. We counted the ${idea.word} on *one* ward for a week.\n\n<script>document.title = 'owned'</script>`
  await page.getByLabel('What is the problem?').fill(problem)
  page.expected.push(/422 .*\/me\/drafts\//) // the browser's console tells of the refusal
  await page.getByRole('button', { name: 'Post idea' }).click()
  await page.getByRole('alert').getByRole('heading', { name: 'There is a problem' }).waitFor()
  assert.equal(await page.getByLabel('What is the problem?').inputValue(), problem)
  await sound(page, 'journey-2-refused')
  await page.getByRole('link', { name: 'Enter a title' }).click()
  if (page.javaScriptEnabled) assert.equal(await page.getByLabel('Title', { exact: true }).evaluate(e => e === document.activeElement), true)
  await page.getByLabel('Title', { exact: true }).fill(idea.title)
  await page.getByLabel('What would help?').fill('- [x] A tally that the whiteboard keeps\n- [ ] A reminder at noon')
  await page.getByRole('button', { name: 'Post idea' }).click()

  await page.getByRole('heading', { level: 1, name: idea.title }).waitFor()
  await page.getByText('It is posted. Everybody can see it now.').waitFor()
  await page.getByText("<script>document.title = 'owned'</script>").waitFor()
  assert.match(await page.title(), new RegExp(idea.title))
  await sound(page, 'journey-3-idea')
}

async function grow (page, idea) {
  await page.getByRole('link', { name: 'Grow it into a case study' }).click()
  await page.getByRole('heading', { level: 1, name: 'Change a case study' }).waitFor()
  await sound(page, 'journey-4-grow')
  await page.getByLabel('Summary (optional)').fill('The whiteboard adds up what each patient drank, and asks at noon.')
  await page.getByRole('radio', { name: 'Trial' }).check()
  await page.getByLabel('What was done (optional)').fill(`Three wards, six weeks. We numbered the ${idea.word}.[^1]\n\n[^1]: By hand, at first.`)
  await page.getByLabel('Measures and results (optional)').fill('| Ward | Before | After |\n|---|--:|--:|\n| J12 | 41% | 88% |\n| J14 | 37% | 90% |')
  await page.getByLabel('What failed (optional)').fill('Nights. ~~Nobody~~ Few people filled it in after midnight.')

  // The draft is on the server before it is published.
  if (page.javaScriptEnabled) {
    await page.getByRole('status').filter({ hasText: /^Saved \d\d:\d\d$/ }).waitFor()
  } else {
    await page.getByRole('button', { name: 'Save draft' }).click()
    await page.getByRole('heading', { level: 1, name: 'Change a case study' }).waitFor()
  }
  assert.match(await page.getByLabel('What failed (optional)').inputValue(), /^Nights\./)
  await page.getByRole('button', { name: 'Publish the changes' }).click()

  await page.getByRole('heading', { level: 1, name: idea.title }).waitFor()
  const article = page.getByRole('article')
  await article.getByText('Trial', { exact: true }).waitFor()
  await article.getByRole('region', { name: 'Table 1: Measures and results' }).getByRole('cell', { name: '88%' }).waitFor()
  await article.getByRole('link', { name: 'Footnote 1' }).waitFor()
  await sound(page, 'journey-5-grown')

  // The message is shown once.
  await page.getByRole('alert').getByText('Your changes are published.').waitFor()
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('heading', { level: 1, name: `History of ${idea.title}` }).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
  await page.getByRole('link', { name: 'Open revision 2' }).click()
  await page.getByRole('heading', { level: 2, name: 'What changed since revision 1' }).waitFor()
  await page.locator('ins', { hasText: 'Three wards, six weeks.' }).waitFor()
  await sound(page, 'journey-5-history')
}

async function find (page, idea) {
  // The index follows the writing by a moment.
  const found = page.getByRole('main').getByRole('link', { name: idea.title })
  for (const end = Date.now() + 20_000; ;) {
    await search(page, idea.misspelt)
    if (await found.count() > 0 || Date.now() > end) break
  }
  const first = page.getByRole('article').first()
  await first.getByRole('link', { name: idea.title }).waitFor()
  await sound(page, 'journey-6-found')
  await found.click()
  await page.getByRole('heading', { level: 1, name: idea.title }).waitFor()
}

async function vote (page, idea) {
  const button = name => page.getByRole('article').getByRole('button', { name, exact: true })
  await button(`Vote for ${idea.title}, 0 votes`).click()
  await button(`Voted for ${idea.title}, 1 vote`).click()
  await button(`Vote for ${idea.title}, 0 votes`).click()
  await button(`Voted for ${idea.title}, 1 vote`).waitFor()
  await page.reload()
  await button(`Voted for ${idea.title}, 1 vote`).waitFor()
}

async function comment (page) {
  await page.getByRole('radio', { name: 'Question' }).check()
  await page.getByLabel('Your comment', { exact: true }).fill('Did **nights** recover, @amina-yusuf?\nWe have the same trouble.')
  await page.getByRole('button', { name: 'Post comment' }).click()
  const said = page.getByRole('region', { name: /comments?$/i }).getByRole('article').filter({ hasText: 'We have the same trouble.' })
  await said.getByText('Clinical safety officer').waitFor()
  await said.getByRole('strong').getByText('Question', { exact: true }).waitFor()
  await said.getByRole('link', { name: '@amina-yusuf' }).waitFor()
}

async function answer (page, address) {
  await page.goto(address)
  await page.getByRole('button', { name: /^Vote for .*, 1 vote$/ }).waitFor()
  const said = page.getByRole('region', { name: /comments?$/i }).getByRole('article').filter({ hasText: 'We have the same trouble.' })
  await said.getByText('Reply', { exact: false }).first().click()
  await said.getByLabel('Your reply').fill('Yes, once the night lead had the tally as well.')
  await said.getByRole('button', { name: 'Post reply' }).click()
  await page.getByRole('region', { name: /comments?$/i }).getByText('Yes, once the night lead had the tally as well.').waitFor()
  await sound(page, 'journey-7-answered')
}

async function seenOnTheOrganisation (page, idea) {
  await page.getByRole('article').getByRole('link', { name: organisation }).first().click()
  await page.getByRole('heading', { level: 1, name: organisation }).waitFor()
  const card = page.getByRole('article').filter({ has: page.getByRole('link', { name: idea.title }) })
  await card.getByText('Trial', { exact: true }).waitFor()
  await card.getByText('2 comments').waitFor()
  await card.getByRole('button', { name: `Voted for ${idea.title}, 1 vote` }).waitFor()
  await sound(page, 'journey-8-organisation')
}

async function seenWithoutSigningIn (t, idea, address, javaScriptEnabled) {
  const anybody = await open(t, shared, { javaScriptEnabled })
  await anybody.goto(address)
  await anybody.getByText('Yes, once the night lead had the tally as well.').waitFor()
  await anybody.getByRole('article').getByText('1 vote').first().waitFor()
  await sound(anybody, 'journey-9-anybody')
}
