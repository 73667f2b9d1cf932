// What came of a campaign: everybody reads the report of one that is over and sets it beside others; an organiser writes what was learnt
// and records an award; whoever entered says what became of it. With and without JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()
const at = '/campaigns/small-things-that-save-a-walk'

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`what came of a campaign is read and written, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    await page.goto(`${at}/results`)
    await page.getByText('Nothing heard').waitFor()
    await page.getByRole('link', { name: 'Report: whom it reached, and what was learnt' }).click()
    await page.getByRole('heading', { name: 'From reading to using' }).waitFor()
    await page.getByText('How often the page of this campaign was opened was not counted.').waitFor()
    await sound(page, 'reports-1-report')
    await page.getByRole('link', { name: 'Compare campaigns' }).click()
    await sound(page, 'reports-2-compare')

    const second = await open(t, shared, { javaScriptEnabled, expected: [/422/] })
    await second.goto(`${at}/report`)
    await signIn(second, 'Priya Nair')
    await second.goto(`${at}/report/lessons`)
    await second.getByLabel('What would you do again, and what not?').fill(`Begin earlier, ${how} more time.`)
    await sound(second, 'reports-3-lessons')
    await second.getByRole('button', { name: 'Save', exact: true }).click()
    await second.getByText(`Begin earlier, ${how} more time.`).waitFor()
    await second.goto(`${at}/awards`)
    await second.getByRole('button', { name: 'Save the award' }).click()
    await second.getByRole('link', { name: 'Say what it is for' }).waitFor()
    await sound(second, 'reports-4-award-missing')
    await second.getByLabel('Amount').fill('12.50')
    await second.getByLabel('What it is for').fill('Labels')
    await second.getByRole('button', { name: 'Save the award' }).click()
    await second.getByText('The award is recorded').waitFor()
    await sound(second, 'reports-5-awards')
  })
}
