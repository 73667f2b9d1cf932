// A first visit: somebody who was never here answers three questions and is on a start page of their own. With and without JavaScript.
import assert from 'node:assert/strict'

import { pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer())
let joined = 0

for (const javaScriptEnabled of [true, false]) {
  pageTest(`three questions lead to a start page, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async page => {
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address').fill(`newt.${javaScriptEnabled ? 'one' : 'two'}@nhs.net`)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    const links = () => shared.server.printed.match(/\/sign-in\/link\/\S+/g) ?? []
    while (links().length <= joined) await page.waitForTimeout(100)
    joined++
    await page.goto(links().at(-1))
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()

    await page.getByRole('heading', { level: 1, name: /^Three questions/ }).waitFor()
    await sound(page, 'welcome-1-questions')
    await page.getByLabel('Role').fill('Ward manager')
    await page.getByLabel('Organisation').fill('RR8')
    await page.getByRole('checkbox', { name: 'SystmOne' }).check()
    await page.getByLabel('Another system, 1').fill('No such thing')
    await page.getByRole('button', { name: 'Save and go on' }).click()
    await page.getByRole('alert').getByText('“No such thing” is not in the list of systems').waitFor()
    assert.equal(await page.getByLabel('Role').inputValue(), 'Ward manager')
    assert.ok(await page.getByRole('checkbox', { name: 'SystmOne' }).isChecked())
    await sound(page, 'welcome-2-wrong')
    await page.getByLabel('Another system, 1').fill('PPM+')
    await page.getByRole('button', { name: 'Save and go on' }).click()

    await page.getByRole('heading', { level: 2, name: 'For you', exact: true }).waitFor()
    await page.getByText('Nothing waits for you.').waitFor()
    await page.getByText(/^Joins .*which you use/).first().waitFor()
    await sound(page, 'welcome-3-start')
    await page.getByRole('link', { name: 'Change what you said' }).click()
    assert.ok(await page.getByRole('checkbox', { name: 'PPM+' }).isChecked())
    await page.getByRole('link', { name: 'Do this later' }).click()
    await page.getByRole('article').first().getByRole('button', { name: /^Vote for/ }).click()
    await page.locator('form[data-vote] button[aria-pressed="true"]').first().waitFor()
  })
}

pageTest('a start page says what waits', shared, {}, async page => {
  await page.goto('/privacy')
  await signIn(page, 'Amina Yusuf')
  await page.goto('/case-studies/new')
  await page.getByLabel('Title', { exact: true }).fill('A draft that waits')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('link', { name: 'Grassroots', exact: true }).click()
  await page.getByRole('link', { name: 'Go on with your draft “A draft that waits”' }).waitFor()
  await sound(page, 'welcome-4-waits')
})
