// Who takes part, beside a workforce that an admin enters: with many people and with the few of the demo, with and without
// JavaScript, on paper, and what one's own pay band is told to nobody.
import assert from 'node:assert/strict'

import { crowd } from './crowd.mjs'
import { page as open, pageTest, screenshot, site, sound } from './harness.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer({ content: crowd(), demo: true, settings: { GRASSROOTS_LOG: 'error' } }))

const counted = async page => {
  for (let tries = 0; tries < 100; tries++) { // the job that counts comes with the start
    await page.goto('/impact/voices?period=all')
    if (await page.getByRole('heading', { name: 'By staff group' }).count() > 0) return
    await page.waitForTimeout(100)
  }
  throw new Error('nothing was counted')
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'
  pageTest(`it shows who takes part, ${how} JavaScript`, shared, { javaScriptEnabled }, async (page, t) => {
    await counted(page)
    if (javaScriptEnabled) {
      await sound(page, 'voices-1-no-workforce')
      const admin = await open(t, shared, { as: 'Farah Siddiqui' })
      await admin.goto('/admin')
      await admin.getByRole('link', { name: 'The workforce' }).click()
      await sound(admin, 'voices-2-workforce')
      await admin.getByLabel('Source').fill('Made up for this test')
      await admin.getByLabel('As of').fill('2026-01-31')
      await admin.getByLabel('Or paste a table').fill('Nursing and Midwifery Registered,28\nAdministrative and Clerical,25\nAllied Health Professionals,9\nMedical and Dental,11\nEstates and Ancillary,20\nHealthcare Scientists,x')
      await admin.getByRole('button', { name: 'Save' }).click()
      await admin.getByText('Line 6: the share is no number').first().waitFor()
      admin.expected.push(/422/)
      await sound(admin, 'voices-3-wrong')
      await admin.getByLabel('Or paste a table').fill('Nursing and Midwifery Registered,28\nAdministrative and Clerical,25\nAllied Health Professionals,9\nMedical and Dental,11\nEstates and Ancillary,20')
      await admin.getByRole('button', { name: 'Save' }).click()
      await admin.getByText('How the workforce is made up is saved').waitFor()
      await sound(admin, 'voices-4-saved')
    }
    await page.goto('/impact/voices')
    await page.getByLabel('Period').selectOption('All time')
    await page.getByLabel('Compare with the workforce those who').selectOption('posted')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('Estates and Ancillary: 20 in 100 of the workforce, and too few of them posted to be shown').waitFor()
    await page.getByText('Made up for this test').first().waitFor()
    assert.equal(await page.getByRole('img', { name: 'Those who posted, by staff group' }).count(), 1)
    await sound(page, 'voices-5-compared')
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.getByRole('button', { name: 'Show' }).count(), 0)
    assert.ok(await page.getByRole('img', { name: 'Those who posted, by staff group' }).isVisible())
    await screenshot(page, 'voices-6-print', [768])
    await page.emulateMedia({ media: 'screen' })
    const file = await page.request.get(await page.getByRole('link', { name: 'Download every table as CSV' }).getAttribute('href'))
    assert.match(await file.text(), /staff-group,Nursing and Midwifery Registered,28,/)
  })

  pageTest(`a pay band is said and told to nobody, ${how} JavaScript`, shared, { javaScriptEnabled, as: javaScriptEnabled ? 'Grace Okafor' : 'Gareth Holt' }, async page => {
    await page.goto('/me/settings')
    await page.getByLabel('Pay band or grade').selectOption('Band 7')
    await sound(page, 'voices-7-band')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your profile is saved').waitFor()
    assert.equal(await page.getByText('Band 7').count(), 0)
    await page.goto('/me/settings')
    assert.equal(await page.getByLabel('Pay band or grade').inputValue(), '7')
  })
}
