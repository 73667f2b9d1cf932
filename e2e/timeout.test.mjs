// Being signed out for want of use, while something is being typed: a warning first, and nothing lost after.
import assert from 'node:assert/strict'

import { pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const IDLE = 10 // seconds
const shared = site(() => startServer({ settings: { GRASSROOTS_SESSION_IDLE: `${IDLE}s` } }))

const wait = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000))

pageTest('what is sent after a time-out comes back after signing in, without JavaScript', shared, { javaScriptEnabled: false, expected: [/401 /] }, async page => {
  await page.goto('/')
  await signIn(page, 'Amina Yusuf')
  await page.goto('/case-studies/new')
  const problem = 'Typed on a ward computer,\nbetween two "calls" & <alarms>.'
  await page.getByLabel('Title', { exact: true }).fill('Drip stands that are where they are needed')
  await page.getByLabel('What is the problem?').fill(problem)
  await wait(IDLE + 2)
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('heading', { level: 1, name: 'Your session has ended' }).waitFor()
  await sound(page, 'timeout-1-ended')

  // The next person at this computer does not see it.
  await signIn(page, 'Beth Crowther')
  await page.goto('/me/held')
  await page.getByText('Nothing waits for you in this browser.').waitFor()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()

  await signIn(page, 'Amina Yusuf')
  await page.getByRole('heading', { level: 1, name: 'What you sent is still here' }).waitFor()
  await page.getByText('Drip stands that are where they are needed').waitFor()
  await sound(page, 'timeout-2-held')
  await page.getByRole('button', { name: 'Send it now' }).click()
  await page.waitForURL(/\/me\/drafts\//)
  assert.equal(await page.getByLabel('Title', { exact: true }).first().inputValue(), 'Drip stands that are where they are needed')
  const texts = await page.locator('textarea').evaluateAll(list => list.map(t => t.value))
  assert.ok(texts.includes(problem), `the texts are ${texts}`)
})

pageTest('a warning comes before the time-out, and one press stays signed in', shared, {}, async page => {
  await page.goto('/')
  await signIn(page, 'Amina Yusuf')
  await page.goto('/me/settings')
  const warning = page.getByRole('alert').filter({ hasText: 'You will be signed out at' })
  await warning.waitFor()
  await page.getByRole('button', { name: 'Stay signed in' }).click()
  await warning.waitFor({ state: 'detached' })
  await wait(IDLE / 2 - 2)
  await warning.waitFor()
  await page.getByRole('button', { name: 'Stay signed in' }).click()
  await warning.waitFor({ state: 'detached' })
  await page.getByText(`You are signed out after ${IDLE} seconds without use.`).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Your profile' }).waitFor()
})
