// What a campaign is made known with, and the certificates of those who entered it. With and without JavaScript, in English and Welsh.
import assert from 'node:assert/strict'
import { pageTest, site, sound } from './harness.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`a campaign is shared, and a certificate is found and checked, ${how} JavaScript`, shared, { javaScriptEnabled }, async (page) => {
    await page.goto('/campaigns')
    await page.getByRole('link', { name: 'Release time to care: show us what you joined up' }).click()
    await page.getByRole('link', { name: 'Share this campaign: poster, slide, QR code and text' }).click()
    await page.getByText('Entries close:').waitFor()
    await sound(page, 'sharing-1-kit')
    for (const picture of await page.locator('main img').all()) {
      await picture.scrollIntoViewIfNeeded()
      await picture.evaluate((img) => img.complete || new Promise((done) => img.addEventListener('load', done)))
      assert.ok(await picture.evaluate((img) => img.naturalWidth > 0), 'a picture is not shown')
    }
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'PDF Poster' }).click()])
    assert.match(file.suggestedFilename(), /-poster-en\.pdf$/)
    await page.getByRole('link', { name: 'Files in Welsh' }).click()
    await page.getByText('Y ceisiadau’n cau:').waitFor()
    await page.getByRole('heading', { name: 'Share this campaign' }).waitFor()

    await page.goto('/campaigns/small-things-that-save-a-walk/results')
    await page.getByRole('link', { name: 'Certificates for all who entered' }).click()
    await sound(page, 'sharing-2-certificates')
    await page.getByRole('link', { name: 'Find the nearest free infusion pump without walking six wards' }).click()
    await page.getByText('Winner').waitFor()
    await sound(page, 'sharing-3-certificate')
    await page.emulateMedia({ media: 'print' })
    await sound(page, 'sharing-4-printed')
    assert.equal((await page.request.get(await page.getByRole('link', { name: 'PDF in Welsh', includeHidden: true }).getAttribute('href'))).headers()['content-type'], 'application/pdf')
  })
}
