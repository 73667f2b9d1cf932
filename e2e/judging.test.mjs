// An organiser sets how people vote and who judges; a colleague votes; a judge says that they judge, scores an entry blind and submits;
// the organiser looks at where judges differ, decides, and everybody reads the results. With and without JavaScript.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'
import { moveTo as move } from './stages.mjs'

const folder = mkdtempSync(join(tmpdir(), 'grassroots-judging-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const shared = site(() => startServer({ settings: { GRASSROOTS_DATA_DIR: folder } }))

const moveTo = (slug, stage) => move(folder, slug, stage, 4)

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'
  const [voter, judge, handle] = javaScriptEnabled ? ['Tomos Rees', 'Beth Crowther', 'beth-crowther'] : ['Kwame Boateng', 'Ravi Menon', 'ravi-menon']

  pageTest(`a campaign is voted on and judged, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    await page.goto('/campaigns')
    await signIn(page, 'Priya Nair')
    await page.goto('/campaigns/new?template=ideas-challenge')
    await page.getByLabel('Title', { exact: true }).fill(`Time to care ${how}`)
    await page.locator('main form button[type=submit]').last().click()
    await page.getByRole('button', { name: 'Publish' }).click()
    const at = `/campaigns/time-to-care-${how}`
    const slug = `time-to-care-${how}`

    await page.goto(at)
    await page.getByRole('link', { name: 'Set how people vote' }).click()
    await page.getByRole('radio', { name: 'The same number of votes for everybody' }).check()
    await page.getByLabel('Votes, credits or pairs for each').fill('2')
    await page.getByRole('radio', { name: 'Improving entries' }).check()
    await page.getByRole('radio', { name: 'With the results' }).check()
    await sound(page, 'judging-1-ballot')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('How people vote is saved').waitFor()
    await page.goto(`${at}/panel`)
    await page.getByLabel('Judges for each entry').fill('1')
    await page.getByRole('radio', { name: 'No, they judge blind' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByLabel('Ask a colleague to judge').fill(handle)
    await page.getByRole('button', { name: 'Ask them' }).click()
    await page.getByText('has not answered').waitFor()

    // The voter's way.
    moveTo(slug, 'improve')
    const second = await open(t, shared, { javaScriptEnabled, expected: [/422/] })
    await second.goto(at)
    await second.goto(`${at}/vote`)
    await second.getByText('Everybody has 2 votes').waitFor()
    await sound(second, 'judging-2-vote-signed-out')
    await signIn(second, voter)
    await second.goto(at)
    await sound(second, 'judging-3-campaign')
    await second.getByRole('link', { name: 'Vote in this campaign' }).click()
    const boxes = second.getByRole('checkbox')
    for (const n of [0, 1, 2]) await boxes.nth(n).check()
    await second.getByRole('button', { name: 'Vote', exact: true }).click()
    await second.getByRole('link', { name: 'That is more votes than you have. Take some away' }).click()
    await sound(second, 'judging-4-too-many')
    await boxes.nth(2).uncheck()
    await second.getByRole('button', { name: 'Vote', exact: true }).click()
    await second.getByText('Your vote is counted').waitFor()
    assert.equal(await boxes.nth(0).isChecked(), true)
    await sound(second, 'judging-5-voted')
    await page.goto(`${at}/signs`)
    await sound(page, 'judging-6-signs')

    // The judge's way.
    const third = await open(t, shared, { javaScriptEnabled, expected: [/422/] })
    await third.goto(at)
    await signIn(third, judge)
    await third.goto('/me/notifications')
    await third.getByRole('link', { name: `Time to care ${how}` }).first().click()
    await third.getByRole('link', { name: 'Say whether you do' }).click()
    await sound(third, 'judging-7-asked')
    await third.getByRole('button', { name: 'I judge', exact: true }).click()
    await page.goto(`${at}/panel`)
    await page.getByRole('button', { name: 'Give out the entries' }).click()
    await page.getByText(/Every entry has its judges|The entries are given out/).waitFor()
    await sound(page, 'judging-8-panel')
    moveTo(slug, 'judge')
    await third.goto(`${at}/judging`)
    await third.getByText(/0 of \d done/).waitFor()
    await sound(third, 'judging-9-desk')
    await third.locator('.gr-result__title a').first().click()
    await third.getByText('You judge blind').waitFor()
    await sound(third, 'judging-10-card')
    const criteria = await third.locator('fieldset').count()
    for (let i = 0; i < criteria - 1; i++) await third.locator('fieldset').nth(i).getByRole('radio').nth(3).check()
    if (javaScriptEnabled) await third.getByText(/^Saved \d\d:\d\d$/).waitFor()
    await third.getByRole('button', { name: 'Submit' }).click()
    await third.getByRole('link', { name: /^Write feedback to those who entered/ }).click()
    await sound(third, 'judging-11-missing')
    await third.locator('fieldset').nth(criteria - 1).getByRole('radio').nth(1).check()
    await third.getByLabel('Feedback to those who entered').fill('Say more of what it cost.')
    await third.getByRole('button', { name: 'Submit' }).click()
    await third.getByText('Your scorecard counts').waitFor()
    await third.getByText(/1 of \d done/).waitFor()

    // The meeting, and the results.
    moveTo(slug, 'judge')
    await page.goto(`${at}/moderation`)
    await sound(page, 'judging-12-meeting')
    await page.locator('table a').first().click()
    await page.getByText('Say more of what it cost.').waitFor()
    await page.getByRole('radio', { name: 'Winner' }).check()
    await page.getByLabel('Why', { exact: true }).fill('It gives the most time back.')
    await sound(page, 'judging-13-decision')
    await page.getByRole('button', { name: 'Save the decision' }).click()
    await page.getByText('The decision is saved').waitFor()
    await second.goto(`${at}/results`)
    await second.getByText('The results are out on').waitFor()
    assert.equal(await second.getByText('It gives the most time back.').count(), 0)
    moveTo(slug, 'results')
    await second.goto(`${at}/results`)
    await second.getByText('It gives the most time back.').waitFor()
    await sound(second, 'judging-14-results')
    await second.goto(`${at}/vote`)
    await second.getByText('1 person has voted.').waitFor()
    await sound(second, 'judging-15-counts')
  })
}
