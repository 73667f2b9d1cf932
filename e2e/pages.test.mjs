// Each kind of page, with and without JavaScript: no breach of the accessibility rules, nothing wider than the window of
// a small phone, a tablet or a desk, no error on the console, nothing asked of another host.
import assert from 'node:assert/strict'

import { nameOf, pageTest, site, sound } from './harness.mjs'

const shared = site()

const anybody = [
  '/', '/case-studies', '/case-studies?q=disharge+leters', '/case-studies?q=zzzzqqqq', '/case-studies?stage=stopped&sort=new',
  '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house',
  '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house/print',
  '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house/history',
  '/collections', '/learning-points', '/organisations', '/organisations/RR8', '/people', '/people/amina-yusuf', '/systems', '/systems/emis-web', '/standards', '/standards/hl7-v2',
  '/sign-in', '/help/markdown', '/help/contact', '/accessibility', '/privacy', '/api/docs'
]

const wrong = [['/case-studies/there-is-no-such-thing', 404], ['/case-studies?sort=sideways', 400], ['/people/nobody-at-all', 404]]

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'
  for (const path of anybody) {
    pageTest(`${path} ${how}`, shared, { javaScriptEnabled }, async page => {
      const response = await page.goto(path)
      assert.equal(response.status(), 200)
      await sound(page, `page-${nameOf(path)}`)
    })
  }
  for (const [path, status] of wrong) {
    pageTest(`${path} ${how}`, shared, { javaScriptEnabled, expected: [/Failed to load resource: .* (404|400)/] }, async page => {
      const response = await page.goto(path)
      assert.equal(response.status(), status)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await sound(page, `wrong-${nameOf(path)}`)
    })
  }
}
