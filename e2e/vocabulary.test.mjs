// A moderator says that two systems are one and the same, and a reader who comes by the old address finds what it is now.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()
const moderator = 'Beth Crowther'
const study = 'Summary Care Record in community pharmacies: access is not use'

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'

  pageTest(`two systems are merged and the old link leads on, ${how}`, shared, { javaScriptEnabled }, async (page, t) => {
    const reader = await open(t, shared, { javaScriptEnabled })
    await reader.goto('/systems/summary-care-record')
    await reader.getByRole('heading', { level: 1, name: 'Summary Care Record application' }).waitFor()
    await reader.getByRole('article').getByRole('link', { name: study, exact: true }).waitFor()
    await sound(reader, 'vocabulary-1-before')

    await page.goto('/privacy')
    await signIn(page, moderator)
    await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Moderation' }).click()
    await page.getByRole('heading', { level: 1, name: 'Moderation' }).waitFor()
    await sound(page, 'vocabulary-2-moderation')
    await page.getByRole('main').getByRole('link', { name: 'Systems' }).click()
    await page.getByLabel('Search the list').fill('scra')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await sound(page, 'vocabulary-3-list')
    await page.getByRole('link', { name: 'Summary Care Record application' }).click()
    await sound(page, 'vocabulary-4-system')

    // What is in no list is refused, and what was typed stays.
    page.expected.push(/422/)
    await page.getByLabel('Merge into').fill('National Care Recrods')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('alert').getByRole('link', { name: 'Nothing in the list is called “National Care Recrods”' }).waitFor()
    assert.equal(await page.getByLabel('Merge into').inputValue(), 'National Care Recrods')
    await sound(page, 'vocabulary-5-refused')

    await page.getByLabel('Merge into').fill('NCRS application')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { level: 1, name: 'Merge Summary Care Record application into National Care Records Service' }).waitFor()
    await page.getByText('Both are confirmed').waitFor()
    await sound(page, 'vocabulary-6-merge')
    await page.getByRole('button', { name: 'Merge', exact: true }).click()
    await page.getByRole('alert').getByText('Summary Care Record application is another name for National Care Records Service now.').waitFor()
    await sound(page, 'vocabulary-7-merged')

    await reader.goto('/systems/summary-care-record')
    assert.equal(new URL(reader.url()).pathname, '/systems/national-care-records-service')
    await reader.getByRole('heading', { level: 1, name: 'National Care Records Service' }).waitFor()
    await reader.getByText('SCRa').first().waitFor()
    await reader.getByRole('article').getByRole('link', { name: study, exact: true }).waitFor()
    await sound(reader, 'vocabulary-8-after')
    await reader.goto('/case-studies?system=summary-care-record')
    await reader.getByRole('article').getByRole('link', { name: study, exact: true }).waitFor()

    await page.getByRole('button', { name: 'Take the merge back of Summary Care Record application' }).click()
    await page.getByRole('alert').getByText('Summary Care Record application is in the list by itself again.').waitFor()
    // The browser may remember for ever that the old address leads on, so somebody else asks.
    const another = await open(t, shared, { javaScriptEnabled })
    await another.goto('/systems/summary-care-record')
    await another.getByRole('heading', { level: 1, name: 'Summary Care Record application' }).waitFor()
  })
}
