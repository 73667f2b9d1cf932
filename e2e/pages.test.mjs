// Each kind of page, with and without JavaScript: no breach of the accessibility rules, nothing wider than the window of
// a small phone, a tablet or a desk, no error on the console, nothing asked of another host.
import assert from 'node:assert/strict'

import { pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

const anybody = [
  '/', '/case-studies', '/case-studies?q=disharge+leters', '/case-studies?q=zzzzqqqq', '/case-studies?stage=stopped&sort=new',
  '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house',
  '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house/print',
  '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house/history',
  '/organisations', '/organisations/RR8', '/people', '/people/amina-yusuf', '/systems', '/systems/emis-web', '/standards', '/standards/hl7-v2',
  '/sign-in', '/help/markdown', '/help/contact', '/accessibility', '/privacy', '/api/docs'
]

const admin = [
  '/case-studies/new', '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house/edit',
  '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house',
  '/me', '/me/settings', '/me/close', '/me/tokens', '/me/sessions', '/me/mentions', '/me/shared', '/me/shared?q=nothing+of+this', '/people/farah-siddiqui', '/admin', '/admin/audit', '/admin/audit?action=none', '/admin/exchange', '/admin/exchange/new', '/admin/organisations', '/admin/import/organisations', '/admin/import', '/admin/export', '/admin/mail', '/admin/people', '/admin/people/amina-yusuf', '/admin/synonyms',
  '/moderation', '/moderation/systems', '/moderation/systems/emis-web', '/moderation/systems/mirth-connect/merge?into=rhapsody', '/moderation/new-standard', '/moderation/standards/hl7-v2'
]

const wrong = [['/case-studies/there-is-no-such-thing', 404], ['/case-studies?sort=sideways', 400], ['/people/nobody-at-all', 404]]

const nameOf = path => path.split('?')[0].slice(1).replaceAll('/', '-').slice(0, 60) || 'home'

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'
  for (const path of anybody) {
    pageTest(`${path} ${how}`, shared, { javaScriptEnabled }, async page => {
      const response = await page.goto(path)
      assert.equal(response.status(), 200)
      await sound(page, `page-${nameOf(path)}`)
    })
  }
  for (const path of admin) {
    pageTest(`${path} for an admin, ${how}`, shared, { javaScriptEnabled }, async page => {
      await page.goto('/privacy')
      await signIn(page, 'Farah Siddiqui')
      const response = await page.goto(path)
      assert.equal(response.status(), 200)
      assert.equal(await page.getByRole('alert').count(), 0, 'the message of signing in is shown again')
      await sound(page, `admin-${nameOf(path)}`)
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
