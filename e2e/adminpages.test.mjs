// Each kind of page that is for people who have signed in, as pages.test.mjs has it for the others.
import assert from 'node:assert/strict'

import { nameOf, pageTest, site, sound } from './harness.mjs'

const shared = site()

const study = '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house'

const lead = [`${study}/edit`, `${study}/adopt`, '/me/expertise', '/me/conversations', '/people?need=GP+Connect+in+a+mental+health+trust', '/people/beth-crowther/ask']

const admin = [
  '/case-studies/new', study,
  '/me', '/me/settings', '/me/close', '/me/tokens', '/me/sessions', '/me/mentions', '/me/notifications/settings', '/me/sign-in', '/me/data', '/me/moderation', '/organisations/RR8/adoptions', '/organisations/RR8/channels', '/organisations/RR8/channels/new',
  '/moderation/measures', '/me/shared', '/me/shared?q=nothing+of+this', '/people/farah-siddiqui', '/admin', '/admin/audit', '/admin/audit?action=none', '/admin/exchange', '/admin/exchange/new', '/admin/organisations', '/admin/import/organisations', '/admin/import', '/admin/export', '/admin/mail', '/admin/people', '/admin/people/amina-yusuf', '/admin/synonyms',
  '/moderation', '/moderation/systems', '/moderation/systems/emis-web', '/moderation/systems/mirth-connect/merge?into=rhapsody', '/moderation/new-standard', '/moderation/standards/hl7-v2'
]

for (const javaScriptEnabled of [true, false]) {
  for (const [path, who, as] of [...admin.map(path => [path, 'an admin', 'Farah Siddiqui']), ...lead.map(path => [path, 'a lead', 'Amina Yusuf'])]) {
    pageTest(`${path} for ${who}, ${javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'}`, shared, { javaScriptEnabled, as }, async page => {
      const response = await page.goto(path)
      assert.equal(response.status(), 200)
      assert.equal(await page.getByRole('alert').count(), 0, 'the message of signing in is shown again')
      await sound(page, `${who.split(' ')[1]}-${nameOf(path)}`)
    })
  }
}
