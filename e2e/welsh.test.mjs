// The pages in Welsh: chosen with one press and kept, sound by the same rules as in English, and nothing left in English on
// those that everybody opens. That every sentence has its Welsh is tested where the pages are made.
import assert from 'node:assert/strict'

import { nameOf, pageTest, site, sound } from './harness.mjs'

const shared = site()

const anybody = [
  '/', '/case-studies', '/case-studies?q=zzzzqqqq', '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house',
  '/interoperability', '/collections', '/learning-points', '/organisations/RR8', '/people', '/people/amina-yusuf', '/systems/emis-web', '/standards/hl7-v2',
  '/sign-in', '/help/markdown', '/accessibility', '/privacy', '/impact/voices'
]

const own = ['/', '/me', '/me/settings', '/me/notifications', '/me/notifications/settings', '/me/expertise', '/case-studies/new']

async function inWelsh (page, path) {
  await page.goto('/')
  await page.getByRole('button', { name: 'Cymraeg' }).click()
  await page.waitForFunction(() => document.documentElement.lang === 'cy')
  if (path !== '/') assert.ok((await page.goto(path)).status() < 400)
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'cy')
}

for (const path of anybody) {
  pageTest(`${path} in Welsh`, shared, {}, async page => {
    await inWelsh(page, path)
    await sound(page, `welsh-${nameOf(path)}`)
  })
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'

  pageTest(`a page is read in Welsh, and in English again, ${how}`, shared, { javaScriptEnabled, expected: [/Failed to load resource: .* 422/] }, async page => {
    await page.goto('/case-studies?stage=idea')
    await page.getByRole('button', { name: 'Cymraeg' }).click()
    assert.match(page.url(), /\/case-studies\?stage=idea$/)
    await page.getByRole('navigation', { name: 'Dewislen' }).getByRole('link', { name: 'Astudiaethau achos' }).first().waitFor()
    await page.goto('/sign-in')
    await page.locator('input[name=email]').fill('nobody')
    await page.locator('form[action="/sign-in/email"] button').click()
    await page.getByRole('heading', { name: 'Mae problem' }).waitFor()
    assert.equal(await page.locator('input[name=email]').inputValue(), 'nobody', 'what was typed is lost')
    assert.match(await page.title(), /^Gwall: /)
    await page.goto('/case-studies')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('navigation', { name: 'Menu' }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en-GB')
  })

  pageTest(`who is signed in reads and votes in Welsh, ${how}`, shared, { javaScriptEnabled }, async page => {
    await page.goto('/')
    await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign in as Daniel Marsh', exact: true }).click()
    await inWelsh(page, '/')
    for (const path of own) {
      await page.goto(path)
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'cy')
      await sound(page, `welsh-own-${nameOf(path)}`)
    }
    await page.goto('/case-studies')
    const vote = page.locator('form[data-vote]').first()
    const before = await vote.locator('button').getAttribute('aria-pressed')
    await vote.locator('button').click()
    await page.waitForFunction(was => document.querySelector('form[data-vote] button').getAttribute('aria-pressed') !== was, before)
    assert.match(await vote.innerText(), before === 'true' ? /Pleidleisio/ : /Wedi pleidleisio/)
    // The choice is the person's, not this browser's alone; it is put back for those who come after.
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('navigation', { name: 'Menu' }).waitFor()
  })
}

pageTest('scripts speak Welsh, also where a field has a name of theirs', shared, {}, async page => {
  await inWelsh(page, '/interoperability/map')
  await page.getByText('Nid oes system wedi’i dewis.').or(page.locator('.gr-graph__canvas[aria-label^="Systemau a’u cysylltiadau"]')).first().waitFor()
  await page.goto('/case-studies')
  const field = page.getByRole('banner').getByRole('searchbox').or(page.getByRole('banner').getByRole('combobox')).first()
  await field.fill('discharge')
  await page.getByRole('listbox', { name: 'Awgrymiadau' }).getByRole('option').first().waitFor()
})
