// Personal data is stopped before it is stored, redacted in place or answered for, with and without JavaScript; moderators
// see what was let stand; and anybody can check a text. The demonstration lets NHS numbers of the test range pass, so
// other kinds stand for them here.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  const title = javaScriptEnabled ? 'Call bells that know the night' : 'Lamps that nobody trips over'

  pageTest(`personal data is redacted in place or answered for, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    await page.goto('/')
    await signIn(page, 'Amina Yusuf')
    await page.goto('/case-studies/new')
    await page.getByLabel('Title', { exact: true }).fill(title)
    await page.getByLabel('What is the problem?').fill('The daughter asked us to ring 07700 900123.\n\nDOB 12/03/1961 was on the whiteboard.')
    await page.getByLabel('What would help?').fill('We showed it to Mr Weatherby and he liked it.')
    if (javaScriptEnabled) {
      await page.getByRole('status').filter({ hasText: /^Not saved: .*(phone number|date of birth)/ }).waitFor()
    }
    await page.getByRole('button', { name: 'Post idea' }).click()

    const asked = page.getByRole('region', { name: 'This holds personal data' })
    await asked.getByText('The daughter asked us to ring').waitFor()
    assert.equal(await asked.getByText('900123').count(), 0, 'the page repeats the number outside the form')
    assert.match(await page.getByLabel('What is the problem?').inputValue(), /07700 900123/)
    assert.equal(await page.getByLabel('Title', { exact: true }).inputValue(), title)
    await sound(page, 'patient-data-1-stopped')
    await asked.getByRole('button', { name: 'Redact these and save' }).click()

    // What is left is in doubt, and is asked about.
    const doubt = page.getByRole('region', { name: 'Is this personal data?' })
    await doubt.getByText('We showed it to Mr').waitFor()
    await page.getByRole('alert').getByRole('link', { name: 'We showed it to Mr' }).click()
    assert.match(page.url(), /#section_help$/)
    assert.match(await page.getByLabel('What is the problem?').inputValue(), /ring \[phone number removed\]\.\s+DOB \[date of birth removed\] was/)
    await sound(page, 'patient-data-2-asked')
    await doubt.getByRole('radio', { name: 'It is about somebody at work, who knows that it is here' }).check()
    await doubt.getByRole('button', { name: 'Save with these answers' }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.getByText('The daughter asked us to ring [phone number removed].').waitFor()
    await page.getByText('We showed it to Mr Weatherby').waitFor()

    // A comment, too.
    await page.getByRole('radio', { name: 'Question' }).last().check()
    await page.getByLabel('Your comment', { exact: true }).fill('Her e-mail is marybell@hotmail.co.uk, and it works.')
    await page.getByRole('button', { name: 'Post comment' }).click()
    await page.getByRole('region', { name: 'This holds personal data' }).waitFor()
    await sound(page, 'patient-data-3-comment')
    await page.getByRole('button', { name: 'Redact these and save' }).click()
    await page.getByText('Her e-mail is [e-mail address removed], and it works.').waitFor()

    const moderator = await open(t, shared, { javaScriptEnabled })
    await moderator.goto('/')
    await signIn(moderator, 'Farah Siddiqui')
    await moderator.goto('/moderation/overrides?kind=name')
    const row = moderator.getByRole('row').filter({ hasText: title })
    await row.getByText('It is about somebody at work').waitFor()
    assert.equal(await moderator.getByText('Weatherby').count(), 0)
    await sound(moderator, 'patient-data-4-overrides')

    assert.doesNotMatch(shared.server.printed, /900123|marybell|1961/)
  })

  pageTest(`anybody checks a text, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled }, async page => {
    await page.goto('/check')
    await sound(page, 'patient-data-5-check')
    await page.getByLabel('Text to check').fill('Mrs Jones, DOB 12/03/1961, was discharged.\nRing switchboard and ask for ext 4521.')
    await page.getByRole('button', { name: 'Check the text' }).click()
    await page.getByRole('heading', { name: '2 places were found' }).waitFor()
    assert.deepEqual(await page.getByRole('region', { name: '2 places were found' }).locator('mark').allTextContents(), ['Jones', '12/03/1961'])
    await sound(page, 'patient-data-6-checked')
  })
}
