// Whoever writes is told how hard their text is to read: as they type, and without JavaScript when they save. Readers see none of it.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer())
const long = 'The letters that used to wait for days on a desk in the office now reach the practice within minutes because the two systems talk to each other at last.'
const text = `${long} Prior to this we had ABC. ${'It was slow. '.repeat(15)}`

for (const javaScriptEnabled of [true, false]) {
  pageTest(`hints stand beside a text, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, as: 'Gareth Holt' }, async (page, t) => {
    await page.goto('/case-studies/new')
    await page.getByRole('button', { name: 'Write a case study' }).click()
    await page.getByText('Hints stand here once there is text').waitFor()
    await page.getByLabel('Title').first().fill('Letters in minutes')
    await page.getByLabel('Introduction').fill(text)
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('Reading age: about').waitFor()
    await page.getByText('1 long sentence').click()
    await page.locator('#reading').getByText(long).waitFor()
    await page.getByText('1 abbreviation not explained').click()
    await page.getByText('1 word with a plainer one').click()
    await page.getByText('prior to: before').waitFor()
    await sound(page, 'writing-1-hints')
    if (javaScriptEnabled) {
      await page.getByLabel('Introduction').fill(text.replace('Prior to', 'Before'))
      await page.getByText('1 word with a plainer one').waitFor({ state: 'detached' })
      assert.ok(await page.locator('#reading').getByText(long).isVisible(), 'what was open is shut')
    }
    const reader = await open(t, shared, { javaScriptEnabled })
    await reader.goto('/case-studies')
    await reader.locator('.gr-result__title a').first().click()
    assert.equal(await reader.getByText('Reading age').count(), 0)
  })
}
