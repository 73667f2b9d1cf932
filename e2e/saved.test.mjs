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
    await card.getByRole('link', { name: title, exact: true }).click()
    await page.locator('.gr-study__actions form[data-keep] button[aria-pressed="true"]').waitFor()
    await sound(page, 'saved-2-study')
    await page.goto('/me')
    await page.getByRole('link', { name: 'Saved for later' }).click()
    await page.getByRole('link', { name: title, exact: true }).waitFor()
    await sound(page, 'saved-3-kept')
    await page.getByRole('button', { name: /for later/ }).click()
    await page.locator('form[data-keep] button[aria-pressed="false"]').or(page.getByText('You have saved nothing yet')).first().waitFor()
    await page.goto('/me/bookmarks')
    await page.getByText('You have saved nothing yet').waitFor()
    await sound(page, 'saved-4-nothing')
  })
}

for (const javaScriptEnabled of [true, false]) {
  pageTest(`a search is saved, followed and removed, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async page => {
    await page.goto('/privacy')
    await signIn(page, javaScriptEnabled ? 'Beth Crowther' : 'Leo Tran')
    await page.goto('/case-studies?tag=discharge')
    await page.getByRole('link', { name: 'Follow the tag discharge' }).click()
    await page.getByRole('button', { name: /^Follow/ }).click()
    await page.getByText('You follow discharge now').waitFor()
    await sound(page, 'saved-5-tag')
    await page.goto('/case-studies?q=letters&stage=in-use')
    await page.getByRole('link', { name: 'Save this search' }).click()
    await page.getByRole('heading', { level: 1, name: 'Save this search' }).waitFor()
    await sound(page, 'saved-6-search')
    await page.getByRole('textbox', { name: 'Name' }).fill('')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('alert').getByText('Give the search a name').first().waitFor()
    await sound(page, 'saved-6-refused')
    await page.getByRole('textbox', { name: 'Name' }).fill('Letters that are in use')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('You are told of what is new in it.').waitFor()
    await sound(page, 'saved-7-searches')
    await page.goto('/me/following')
    await page.getByRole('heading', { name: 'Tags' }).waitFor()
    await sound(page, 'saved-8-following')
    await page.getByRole('link', { name: 'Letters that are in use', exact: true }).click()
    await page.waitForURL(/q=letters&stage=in-use&sort=new/)
    await page.goto('/me/searches')
    await page.getByRole('button', { name: /^Remove/ }).click()
    await page.getByText('You have saved no searches yet').waitFor()
    await sound(page, 'saved-9-no-searches')
  })
}

for (const javaScriptEnabled of [true, false]) {
  pageTest(`what comes from places like one's own is found, with the reason, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled }, async page => {
    await page.goto('/privacy')
    await signIn(page, javaScriptEnabled ? 'Beth Crowther' : 'Leo Tran')
    await page.goto('/case-studies')
    await page.getByRole('link', { name: 'places like yours' }).click()
    await page.getByRole('heading', { level: 1, name: 'Places like yours' }).waitFor()
    await page.getByText(/^Like yours: /).first().waitFor()
    await sound(page, 'saved-10-like-mine')
    await page.getByRole('article').first().getByRole('heading', { level: 2 }).getByRole('link').click()
    await page.getByRole('link', { name: 'More from places like yours' }).waitFor()
    await sound(page, 'saved-11-like-mine-study')
  })
}
