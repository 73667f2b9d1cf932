// A nurse reads a case study, keeps what she learnt from it for her register, finishes it later, and takes her record out; a
// moderator cannot read it. With and without JavaScript.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer())

for (const javaScriptEnabled of [true, false]) {
  pageTest(`what somebody learnt is kept and taken out, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/, /404/] }, async (page, t) => {
    await page.goto('/case-studies?sort=top')
    await signIn(page, javaScriptEnabled ? 'Amina Yusuf' : 'Grace Okafor')
    await page.goto('/me/reflections')
    await page.getByText('Nothing from these days').waitFor()
    await sound(page, 'reflections-1-none')

    await page.goto('/case-studies?sort=top')
    await page.locator('.gr-result__title a').first().click()
    const title = (await page.getByRole('heading', { level: 1 }).textContent()).trim()
    await page.getByRole('link', { name: 'Reflect on it for your CPD record' }).click()
    assert.equal(await page.getByLabel('What did you do?').inputValue(), `Read: ${title}`)
    await page.getByRole('radio', { name: 'Nursing and Midwifery Council' }).check()
    await page.getByRole('checkbox', { name: 'Preserve safety' }).check()
    assert.equal(await page.getByRole('checkbox', { name: 'Colleagues, culture and safety' }).isVisible(), false)
    await page.getByLabel('How long did it take?').fill('a while')
    await page.getByLabel('What did you learn?').fill('To ask the practice first.')
    await sound(page, 'reflections-2-form')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Enter the time in hours' }).click()
    await page.getByLabel('How long did it take?').fill('1.5')
    await sound(page, 'reflections-3-problem')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('you can finish it later').waitFor()
    await page.getByText('To ask the practice first.').waitFor()
    await page.getByText('1 hour 30 minutes').waitFor()
    await sound(page, 'reflections-4-kept')
    const path = new URL(page.url()).pathname

    await page.getByRole('link', { name: 'Change it' }).click()
    await page.getByLabel('What was it?').fill('I read it in my break.')
    await page.getByLabel('How did you change or improve').fill('I ring before I send.')
    await page.getByLabel('How is it relevant?').fill('It keeps people safe.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('It is saved. Nobody else can read it.').waitFor()

    await page.goto('/me/reflections')
    await page.getByText('1 reflection, 1 hour 30 minutes in all').waitFor()
    await sound(page, 'reflections-5-list')
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Markdown' }).click()])
    assert.match(await readFile(await file.path(), 'utf8'), /### What did you learn\?\n\nTo ask the practice first\./)
    await page.getByRole('link', { name: 'One page to print' }).click()
    await page.getByText('I ring before I send.').waitFor()
    await sound(page, 'reflections-6-record')

    const moderator = await open(t, shared, { javaScriptEnabled, expected: [/404/] })
    await moderator.goto('/case-studies')
    await signIn(moderator, 'Farah Siddiqui')
    await moderator.goto(path)
    await moderator.getByText('There is no such reflection of yours').waitFor()
  })
}
