// Too many requests: a page that says how long to wait, and a form that is not lost.
import assert from 'node:assert/strict'

import { pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer({ settings: { GRASSROOTS_LIMITS_OFF: '0', GRASSROOTS_LIMIT_SEARCHES: '2', GRASSROOTS_LIMIT_WRITES: '2' } }))

// Until one is refused: a new minute may begin between two.
async function untilRefused (ask) {
  for (let i = 0; i < 8; i++) {
    const answer = await ask()
    if (answer.status() === 429) return answer
  }
  assert.fail('nothing was refused')
}

function wantWait (answer) {
  const wait = Number(answer.headers()['retry-after'])
  assert.ok(wait >= 1 && wait <= 60, `Retry-After is ${answer.headers()['retry-after']}`)
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`too many searches are told how long to wait, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/429/] }, async page => {
    await page.goto('/')
    await signIn(page, javaScriptEnabled ? 'Amina Yusuf' : 'Beth Crowther')
    wantWait(await untilRefused(() => page.goto('/case-studies?q=letters')))
    await page.getByRole('heading', { level: 1, name: 'Too many requests' }).waitFor()
    await page.getByText(/That is more than 2 searches within a minute. Wait \d+ seconds?, then try again./).waitFor()
    await sound(page, 'limits-1-page')
  })

  pageTest(`what is sent too often stays on the page, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/429/] }, async page => {
    await page.goto('/')
    await signIn(page, javaScriptEnabled ? 'Farah Siddiqui' : 'Amina Yusuf')
    const words = 'We label each stand with "its" ward & <floor>.'
    wantWait(await untilRefused(async () => {
      await page.goto('/case-studies')
      await page.goto(await page.locator('.gr-result__title a').first().getAttribute('href'))
      await page.getByRole('radio', { name: 'Question' }).check()
      await page.getByLabel('Your comment', { exact: true }).fill(words)
      const [answer] = await Promise.all([
        page.waitForResponse(r => r.request().method() === 'POST' && r.url().endsWith('/comments')),
        page.getByRole('button', { name: 'Post comment' }).click()
      ])
      return answer
    }))
    await page.getByRole('heading', { level: 1, name: 'Too many requests' }).waitFor()
    await page.getByText(words).waitFor()
    await page.getByRole('button', { name: 'Send it again' }).waitFor()
    await sound(page, 'limits-2-form')
  })
}
