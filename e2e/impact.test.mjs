// What came of what was posted: of everything and of one organisation, with and without JavaScript, on paper, and as open data.
import assert from 'node:assert/strict'

import { pageTest, screenshot, site, sound } from './harness.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer({ demo: true, settings: { GRASSROOTS_LOG: 'error' } }))

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'
  pageTest(`it shows what came of what was posted, ${how} JavaScript`, shared, { javaScriptEnabled }, async page => {
    await page.goto('/')
    await page.getByRole('contentinfo').getByRole('link', { name: 'Impact', exact: true }).click()
    await page.getByRole('heading', { name: 'Impact', level: 1 }).waitFor()
    await page.getByText('invented content of the demonstration').waitFor()
    assert.equal(await page.getByRole('img', { name: 'Adoptions recorded' }).count(), 1)
    await sound(page, `impact-1-all-${how}`)
    await page.getByLabel('Region or nation').selectOption('London')
    await page.getByLabel('From').fill('2020-01-01')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/region=London/)
    assert.match(page.url(), /from=2020-01-01/)
    await page.goto('/impact')
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.getByRole('button', { name: 'Show' }).count(), 0)
    await screenshot(page, `impact-2-print-${how}`, [768])
    await page.emulateMedia({ media: 'screen' })
    await page.getByRole('link', { name: 'Open data, with what each column means' }).click()
    await page.getByRole('heading', { name: 'Open data', level: 1 }).waitFor()
    await sound(page, `impact-3-data-${how}`)
    const file = await page.request.get(await page.getByRole('link', { name: 'adoptions.csv' }).getAttribute('href'))
    assert.match(await file.text(), /case_study,case_study_title/)
  })

  pageTest(`the board of an organisation reads what came of its work, ${how} JavaScript`, shared, { javaScriptEnabled }, async page => {
    const list = await (await page.request.get('/impact/data/adoptions.csv')).text()
    const code = list.split('\r\n')[1].match(/\/case-studies\/[^,]*,([A-Z0-9]{3,10}),/)[1]
    await page.goto(`/organisations/${code}`)
    await page.getByRole('link', { name: 'What came of its case studies and of what it adopts' }).click()
    await page.getByRole('heading', { name: 'Adopted elsewhere', level: 2 }).waitFor()
    await sound(page, `impact-4-organisation-${how}`)
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.getByRole('button', { name: 'Show' }).count(), 0)
    await screenshot(page, `impact-5-organisation-print-${how}`, [768])
    await page.emulateMedia({ media: 'screen' })
    const file = await page.request.get(await page.getByRole('link', { name: 'Download these figures as CSV' }).getAttribute('href'))
    assert.match(await file.text(), /^.?table,row,figure,value/)
  })
}
