// A bundle is taken out and brought in again in the browser, sent in parts by the script and as one form without it.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'

import { pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  pageTest(`a bundle is taken out and brought in, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async page => {
    // Without the script the page of a bundle does not change by itself.
    const until = async locator => {
      for (let i = 0; i < 100 && !javaScriptEnabled && await locator.count() === 0; i++) await page.reload()
      await locator.waitFor()
    }
    await page.goto('/privacy')
    await signIn(page, 'Farah Siddiqui')
    await page.goto('/admin/export')
    await page.getByLabel('Only of one organisation').fill('RR8')
    await page.getByRole('button', { name: 'Make the bundle' }).click()
    const download = page.getByRole('button', { name: 'Download the bundle' })
    await until(download)
    await sound(page)
    const [got] = await Promise.all([page.waitForEvent('download'), download.click()])
    const path = await got.path()
    const content = await readFile(path)
    assert.equal(content.subarray(0, 2).toString(), 'PK')

    await page.goto('/admin/import')
    await page.getByLabel('Bundle').setInputFiles({ name: 'leeds.zip', mimeType: 'application/zip', buffer: content })
    await page.getByRole('button', { name: 'Send and check' }).click()
    const apply = page.getByRole('button', { name: 'Bring it in' })
    await page.waitForURL(/\/admin\/import\/bundles\//)
    await until(apply)
    await page.getByText('Nothing has been changed yet').waitFor()
    await sound(page)
    await apply.click()
    await until(page.getByRole('heading', { level: 1, name: 'The bundle is brought in' }))

    await page.goto('/admin/import')
    await page.getByLabel('Bundle').setInputFiles({ name: 'torn.zip', mimeType: 'application/zip', buffer: content.subarray(0, 500) })
    await page.getByRole('button', { name: 'Send and check' }).click()
    await page.waitForURL(/\/admin\/import\/bundles\//)
    await until(page.getByRole('heading', { level: 1, name: 'The bundle is refused' }))
    await page.getByText('torn.zip:1:').waitFor()
    await sound(page)

    await page.goto('/admin/import')
    await page.getByLabel('Bundle').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') })
    await page.getByRole('button', { name: 'Send and check' }).click()
    await page.getByText('The file is no .zip').first().waitFor()
    await sound(page)
  })
}
