// What one trust posted another tries, says what came of it, and stops with a reason; the pages of the case study and of both
// organisations show it. With and without JavaScript.
import assert from 'node:assert/strict'

import { page as open, pageTest, screenshot, site, sound } from './harness.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`an idea of one trust is tried in another, ${how} JavaScript`, shared, { javaScriptEnabled, as: 'Amina Yusuf', expected: [/422/] }, async (page, t) => {
    const title = `A kettle that tells when the water was changed, ${how} a screen`
    await page.goto('/case-studies/new')
    await page.getByLabel('Title', { exact: true }).fill(title)
    await page.getByLabel('What is the problem?').fill('Nobody knows when the water was changed.')
    await page.getByLabel('What would help?').fill('A label with an hour.')
    await page.getByRole('button', { name: 'Post idea' }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.getByText('No other organisation has said yet that it tries this.').waitFor()
    const address = new URL(page.url()).pathname

    const other = await open(t, shared, { javaScriptEnabled, as: 'Kwame Boateng', expected: [/422/] })
    await other.goto(address)
    await other.getByRole('link', { name: 'We want to try this' }).click()
    await other.getByRole('heading', { level: 1, name: 'We want to try this' }).waitFor()
    await sound(other, 'adoptions-1-form')
    await other.getByRole('radio', { name: 'Stopped' }).check()
    await other.getByLabel('What you changed').fill('We label the jug as well.')
    await other.getByRole('button', { name: 'Tell everybody' }).click()
    await other.getByRole('link', { name: 'Say why you stopped: that helps others as much as a success' }).waitFor()
    assert.equal(await other.getByLabel('What you changed').inputValue(), 'We label the jug as well.')
    await sound(other, 'adoptions-2-mend')
    await other.getByRole('radio', { name: 'Trying it' }).check()
    await other.getByRole('button', { name: 'Tell everybody' }).click()
    await other.getByText('1 organisation: 1 trying it.').waitFor()

    await other.getByRole('link', { name: /^Change/ }).click()
    await other.getByRole('radio', { name: 'In use' }).check()
    await other.getByLabel('What came of it').fill('Fewer cold cups of tea, by nobody’s count.')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByText('1 organisation: 1 in use.').waitFor()

    // What came of it in figures: what is no number is said beside what was typed; a series with a step says both values.
    await other.goto(`${address}/adoptions/RWY`)
    await other.getByRole('link', { name: 'Add a measure of your own' }).click()
    await other.getByLabel('What is measured').fill('Time spent on tea')
    await other.getByLabel('Unit').fill('hours a week')
    await other.getByRole('radio', { name: 'Lower' }).check()
    await other.getByRole('textbox', { name: 'Before' }).fill('nine')
    await other.getByLabel('How it was measured').fill('A diary by the kettle')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByRole('link', { name: 'Enter a number, such as 42 or 0.5' }).waitFor()
    assert.equal(await other.getByLabel('How it was measured').inputValue(), 'A diary by the kettle')
    await sound(other, 'adoptions-7-measure')
    await other.getByRole('textbox', { name: 'Before' }).fill('')
    await other.getByRole('textbox', { name: 'Expected' }).fill('5')
    await other.getByLabel('Points over time').fill(['step: 2026-03-02', ...[...Array(10)].map((_, i) => `2026-02-${10 + i},${i % 2 ? 8 : 12}`), ...[...Array(10)].map((_, i) => `2026-03-${String(2 + i).padStart(2, '0')},${i % 2 ? 2 : 3}`)].join('\n'))
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByText('75% lower than before, which is better').waitFor()
    await other.getByText('7.5 hours a week, which is 0.2 full-time equivalents of 37.5 hours').waitFor()
    await other.getByRole('link', { name: 'Say what it cost and saved' }).click()
    await other.getByRole('textbox', { name: 'Saved each year, cash-releasing' }).fill('1200')
    await other.getByRole('radio', { name: 'It is estimated' }).check()
    await sound(other, 'adoptions-8-money')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByText('£1,200').waitFor()
    await sound(other, 'adoptions-9-figures')

    await page.goto(address)
    await page.getByText('Time spent on tea: before 10, now 2.5 hours a week').waitFor()
    const adopted = page.getByRole('region', { name: 'Adopted by' })
    await adopted.getByText('Fewer cold cups of tea').waitFor()
    await sound(page, 'adoptions-3-study')
    await page.goto('/impact')
    await page.getByRole('heading', { name: 'What other organisations say that took them up' }).waitFor()
    await page.getByRole('row', { name: /Time spent on tea Measured 10 hours a week 2.5 hours a week 5 hours a week/ }).first().waitFor()
    await sound(page, 'adoptions-10-impact')
    await page.goto(address)
    const adopter = await adopted.getByRole('heading', { level: 3 }).getByRole('link')
    await adopter.click()
    await page.getByText('Trying it, said on').waitFor()
    await sound(page, 'adoptions-4-one')
    await page.goto('/organisations/RWY')
    await page.getByRole('link', { name: title }).waitFor()
    await sound(page, 'adoptions-5-organisation')

    await page.goto(address)
    await page.getByRole('link', { name: 'How it spreads: when, where, and what came of it' }).click()
    await page.getByText('1 organisation had begun to try or use it by now, and 0 had stopped.').last().waitFor()
    await page.getByRole('cell', { name: 'Fewer cold cups of tea, by nobody’s count.' }).waitFor()
    await page.getByText('How like yours they are').waitFor()
    await page.getByText('No measure has a value before and now from two places yet, so there is nothing to set side by side.').waitFor()

    // A second organisation measures the same, with a worse result, and stops: both stand in one plot, and in the table under it.
    const third = await open(t, shared, { javaScriptEnabled, as: 'Gareth Holt' })
    await third.goto(address)
    await third.getByRole('link', { name: 'We want to try this' }).click()
    await third.getByRole('radio', { name: 'Stopped' }).check()
    await third.getByLabel('Why you stopped').fill('Nobody read the label.')
    await third.getByRole('button', { name: 'Tell everybody' }).click()
    await third.getByText('1 stopped').first().waitFor()
    await third.goto(`${address}/adoptions/RTD`)
    await third.getByRole('link', { name: 'Add a measure of your own' }).click()
    await third.getByLabel('What is measured').fill('Time spent on tea')
    await third.getByLabel('Unit').fill('hours a week')
    await third.getByRole('radio', { name: 'Lower' }).check()
    await third.getByRole('textbox', { name: 'Before' }).fill('4')
    await third.getByRole('textbox', { name: 'Now' }).fill('14')
    await third.getByRole('button', { name: 'Save' }).click()
    await third.getByText('250% higher than before, which is worse').waitFor()
    await page.reload()
    await page.getByRole('img', { name: 'Time spent on tea' }).waitFor()
    await page.getByRole('row', { name: /In use 10 hours a week 2.5 hours a week 75% lower than before, which is better −\d/ }).waitFor()
    await page.getByRole('row', { name: /Stopped 4 hours a week 14 hours a week 250% higher than before, which is worse None: one value before and one now Claimed/ }).waitFor()
    await page.getByRole('img', { name: 'Organisations that adopt this, by region' }).waitFor()
    if (javaScriptEnabled) {
      await page.emulateMedia({ media: 'print' })
      await screenshot(page, 'adoptions-11-spread-print')
      await page.emulateMedia({ media: null })
    }
    await sound(page, 'adoptions-6-spread')
  })
}

pageTest('those who stopped are shown as plainly as the others', shared, {}, async page => {
  await page.goto('/case-studies/find-the-nearest-free-infusion-pump-without-walking-six-wards')
  await page.getByText('Why they stopped').waitFor()
  await page.getByText('3 organisations: 1 in use, 1 stopped, 1 interested.').waitFor()
  await sound(page, 'adoptions-6-stopped')
})
