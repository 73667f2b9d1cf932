// Being asked again who one is before something sensitive, with nothing lost of what was typed.
import assert from 'node:assert/strict'

import { pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const FRESH = 15 // seconds
const shared = site(() => startServer({ settings: { GRASSROOTS_SESSION_FRESH: `${FRESH}s` } }))

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000))

for (const javaScriptEnabled of [true, false]) {
  pageTest(`a token is made after signing in again, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled }, async page => {
    await page.goto('/')
    await signIn(page, 'Amina Yusuf')
    await wait(FRESH + 1)
    await page.goto('/me/tokens')
    await page.getByLabel('What is it for?').fill('The trust’s intranet')
    await page.getByLabel('It ends after').selectOption('30 days')
    await page.getByRole('button', { name: 'Make the token' }).click()
    await page.getByRole('heading', { level: 1, name: 'Show that it is you' }).waitFor()
    await page.getByText('To make an API token, sign in again as Amina Yusuf').waitFor()
    await sound(page, 'fresh-1-prove')

    // It can be left, and found again.
    await page.goto('/me/held')
    await page.getByText('The trust’s intranet').waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Sign in again' }).press('Enter')
    await page.getByRole('heading', { level: 1, name: 'What you sent is still here' }).waitFor()
    await page.getByRole('heading', { name: 'Make an API token' }).waitFor()
    await page.getByText('The trust’s intranet').waitFor()
    assert.equal(await page.locator('#token').count(), 0)
    await page.getByRole('button', { name: 'Send it now' }).click()
    await page.getByText('This is the token “The trust’s intranet”.').waitFor()
    assert.match(await page.locator('#token').textContent(), /^grt_/)
    await sound(page, 'fresh-3-made')
    await page.goto('/me/held')
    await page.getByText('Nothing waits for you in this browser.').waitFor()
  })
}

pageTest('what was sent can be thrown away, and is not there for the next person', shared, {}, async page => {
  await page.goto('/')
  await signIn(page, 'Amina Yusuf')
  await wait(FRESH + 1)
  await page.goto('/me/tokens')
  await page.getByLabel('What is it for?').fill('For Amina alone')
  await page.getByRole('button', { name: 'Make the token' }).click()
  await page.getByRole('heading', { level: 1, name: 'Show that it is you' }).waitFor()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await signIn(page, 'Beth Crowther')
  await page.goto('/me/held')
  await page.getByText('Nothing waits for you in this browser.').waitFor()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await signIn(page, 'Amina Yusuf')
  await page.getByText('For Amina alone').waitFor()
  await sound(page, 'fresh-2-held')
  await page.getByRole('button', { name: 'Throw it away' }).click()
  await page.getByText('It is thrown away.').waitFor()
})
