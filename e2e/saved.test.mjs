// What somebody keeps for themselves: case studies for later, searches, and what is like their own place. With and without JavaScript.
import assert from 'node:assert/strict'

import { pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`a case study is kept for later and let go, ${how} JavaScript`, shared, { javaScriptEnabled }, async page => {
    await page.goto('/privacy')
    await signIn(page, javaScriptEnabled ? 'Beth Crowther' : 'Leo Tran')
    await page.goto('/case-studies')
    const card = page.getByRole('article').first()
    const title = await card.getByRole('heading', { level: 2 }).innerText()
    const button = card.getByRole('button', { name: /for later/ })
    assert.equal(await button.getAttribute('aria-pressed'), 'false')
    await button.click()
    await card.locator('form[data-keep] button[aria-pressed="true"]').waitFor()
    await sound(page, 'saved-1-list')
    await card.getByRole('link', { name: title }).click()
    await page.locator('.gr-study__actions form[data-keep] button[aria-pressed="true"]').waitFor()
    await sound(page, 'saved-2-study')
    await page.goto('/me')
    await page.getByRole('link', { name: 'Saved for later' }).click()
    await page.getByRole('link', { name: title }).waitFor()
    await sound(page, 'saved-3-kept')
    await page.getByRole('button', { name: /for later/ }).click()
    await page.locator('form[data-keep] button[aria-pressed="false"]').or(page.getByText('You have saved nothing yet')).first().waitFor()
    await page.goto('/me/bookmarks')
    await page.getByText('You have saved nothing yet').waitFor()
    await sound(page, 'saved-4-nothing')
  })
}
