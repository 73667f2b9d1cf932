// People enter a campaign whose questions are answered by files; an organiser is reminded of the shortlist, puts one entry on it and leaves
// another out with the reason; a judge who judges blind reads of a PDF its words and sees a picture without its name; with the results
// whoever was left out reads why. With and without JavaScript.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'
import { moveTo as move } from './stages.mjs'

const folder = mkdtempSync(join(tmpdir(), 'grassroots-shortlist-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const shared = site(() => startServer({ settings: { GRASSROOTS_DATA_DIR: folder } }))

const moveTo = (slug, stage) => move(folder, slug, stage)
const noon = days => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10) + 'T12:00'
const picture = readFileSync(new URL('../docs/images/case-studies.png', import.meta.url))

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'
  const [entrant, judge, handle] = javaScriptEnabled ? ['Tomos Rees', 'Beth Crowther', 'beth-crowther'] : ['Kwame Boateng', 'Ravi Menon', 'ravi-menon']

  pageTest(`entries with files are shortlisted and judged, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    const slug = `plans-that-work-${how}`
    const at = `/campaigns/${slug}`
    await page.goto('/campaigns')
    await signIn(page, 'Priya Nair')
    await page.goto('/campaigns/new?template=ideas-challenge')
    await page.getByLabel('Title', { exact: true }).fill(`Plans that work ${how}`)
    await page.getByRole('button', { name: 'Add a question' }).click()
    await page.getByRole('group', { name: 'Question 1' }).getByLabel('What you ask').fill('Your plan')
    await page.getByRole('group', { name: 'Question 1' }).getByLabel('What answers it').selectOption('file')
    for (const [label, days] of [['Open for entries', -2], ['Improving entries', 10], ['Shortlisting', 15], ['Judging', 20], ['Results', 40], ['Follow-up', 130]]) await page.getByLabel(label).fill(noon(days))
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('The campaign is published').waitFor()
    await page.goto(`${at}/panel`)
    await page.getByLabel('Judges for each entry').fill('1')
    await page.getByRole('radio', { name: 'No, they judge blind' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByLabel('Ask a colleague to judge').fill(handle)
    await page.getByRole('button', { name: 'Ask them' }).click()
    await page.getByText('has not answered').waitFor()

    const poster = await (await page.request.get(`${at}/share/poster.pdf`)).body()
    const second = await open(t, shared, { javaScriptEnabled, expected: [/422/] })
    await second.goto(at)
    await signIn(second, entrant)
    for (const [title, file] of [['Letters by rail', { name: 'plan-of-tomos.pdf', mimeType: 'application/pdf', buffer: poster }], ['Beds in sight', { name: 'ward-of-tomos.png', mimeType: 'image/png', buffer: picture }], ['Words without end', { name: 'other.png', mimeType: 'image/png', buffer: picture }]]) {
      await second.goto(`${at}/enter`)
      await second.getByRole('radio', { name: 'A new idea, that I write here' }).check()
      await second.getByLabel('Title').fill(`${title} ${how}`)
      await second.getByLabel('Your idea').fill('They know the way.')
      await second.getByLabel('Your plan').setInputFiles(file)
      await second.getByRole('button', { name: 'Enter', exact: true }).click()
      await second.getByText('Your entry has arrived. This is your receipt.').waitFor()
    }

    moveTo(slug, 'shortlist')
    await page.goto('/campaigns/programme')
    await page.getByText('Of 3 of 3 entries it is not decided whether they are shortlisted.').waitFor()
    await sound(page, 'shortlist-1-programme')
    await page.getByRole('listitem').filter({ hasText: 'Of 3 of 3' }).getByRole('link').first().click()
    await page.getByRole('heading', { level: 1, name: 'Shortlist' }).waitFor()
    await sound(page, 'shortlist-2-open')
    await page.getByRole('checkbox', { name: `Letters by rail ${how}` }).check()
    await page.getByRole('checkbox', { name: `Beds in sight ${how}` }).check()
    await page.getByRole('button', { name: 'Put them on the shortlist' }).click()
    await page.getByText('2 entries are shortlisted.').waitFor()
    await page.getByRole('link', { name: `Words without end ${how}` }).click()
    await page.getByRole('radio', { name: 'No, it is not shortlisted' }).check()
    await page.locator('main form button[type=submit]').last().click()
    await page.getByRole('link', { name: /^Say why it is not shortlisted/ }).waitFor()
    await sound(page, 'shortlist-3-why')
    await page.getByLabel('Why', { exact: false }).last().fill('It has no figures yet.')
    await page.locator('main form button[type=submit]').last().click()
    await page.getByText('Every entry is decided on.').waitFor()
    await sound(page, 'shortlist-4-decided')

    const third = await open(t, shared, { javaScriptEnabled, expected: [/422/] })
    await third.goto(at)
    await signIn(third, judge)
    await third.goto(`${at}/judging`)
    await third.getByRole('button', { name: 'I judge', exact: true }).click()
    await page.goto(`${at}/panel`)
    await page.getByRole('button', { name: 'Give out the entries' }).click()
    await page.getByText(/Every entry has its judges|The entries are given out/).waitFor()
    moveTo(slug, 'judge')
    await third.goto(`${at}/judging`)
    await third.getByText('0 of 2 done').waitFor()
    const seen = []
    for (const n of [0, 1]) {
      await third.goto(`${at}/judging`)
      await third.locator('.gr-result__title a').nth(n).click()
      await third.getByText('You judge blind').waitFor()
      await third.getByRole('heading', { name: 'What it answers' }).waitFor()
      const drawn = await third.getByRole('link', { name: 'A picture' }).count()
      if (!drawn) await third.getByText('What it says, as far as that can be read').click()
      const text = await third.locator('main').innerText()
      assert.ok(!/tomos/i.test(text), 'the name of a file or of who entered is shown to a blind judge')
      if (drawn) {
        const answer = await third.request.get(await third.getByRole('link', { name: 'A picture' }).getAttribute('href'))
        assert.equal(answer.status(), 200)
        assert.ok(!/tomos/i.test(answer.headers()['content-disposition'] ?? ''), 'the name of the file goes with the picture')
      } else {
        assert.match(text, /Plans that work/, 'the words of the PDF are not shown')
      }
      seen.push(drawn ? 'picture' : 'words')
      await sound(third, `shortlist-5-card-${seen[n]}`)
    }
    assert.deepEqual(seen.sort(), ['picture', 'words'])

    moveTo(slug, 'results')
    await second.goto(`${at}/results`)
    await second.getByText('It has no figures yet.').waitFor()
    await sound(second, 'shortlist-6-results')
  })
}
