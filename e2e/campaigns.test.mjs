// An organiser starts a campaign from a template, looks at the preview, publishes it, and extends a stage; an entrant enters with a new
// idea, gets a receipt, changes the entry and withdraws it; somebody who is not signed in reads it. With and without JavaScript.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer())

/** A time some days from now as an input for a date and time takes it, at noon. */
const noon = days => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10) + 'T12:00'

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'
  const name = `Time to care ${how}`

  pageTest(`a campaign is started, published, entered and extended, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/, /409/] }, async (page, t) => {
    await page.goto('/campaigns')
    await signIn(page, 'Priya Nair')
    await page.goto('/campaigns')
    await sound(page, 'campaigns-1-list')
    await page.getByRole('link', { name: 'Start a campaign' }).click()
    await sound(page, 'campaigns-2-choose')
    await page.getByRole('link', { name: 'Peer-voted fund' }).click()
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.getByRole('link', { name: /^Enter what it is called/ }).waitFor()
    await sound(page, 'campaigns-3-form')
    await page.getByLabel('Title').fill(name)
    await page.getByRole('button', { name: 'Add a question' }).click()
    await page.getByRole('group', { name: 'Question 3' }).getByLabel('What you ask').fill('Where?')
    await page.getByRole('group', { name: 'Question 3' }).getByLabel('What answers it').selectOption('choice')
    await page.getByRole('group', { name: 'Question 3' }).getByLabel('Choices').fill('On a ward\nAt home')
    await page.getByLabel('Open for entries').fill(noon(-2))
    await page.getByLabel('Improving entries').fill(noon(10))
    await page.getByLabel('Deciding').fill(noon(20))
    await page.getByLabel('Results').fill(noon(30))
    await page.getByLabel('Follow-up').fill(noon(90))
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await page.getByText('Only organisers and admins see this page').waitFor()
    await sound(page, 'campaigns-4-preview')
    const address = page.url()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('The campaign is published').waitFor()
    assert.equal(page.url(), address)
    await page.getByRole('link', { name: 'Extend a stage' }).click()
    await page.getByLabel('Until when?').fill(noon(12))
    await page.getByRole('button', { name: 'Extend it' }).click()
    await page.getByRole('link', { name: /^Say why/ }).waitFor()
    await sound(page, 'campaigns-5-extend')
    await page.getByLabel('Why?').fill('Half of the wards had no network.')
    await page.getByRole('button', { name: 'Extend it' }).click()
    await page.getByText('Half of the wards had no network.').waitFor()
    await sound(page, 'campaigns-6-page')

    const entrant = await open(t, shared, { javaScriptEnabled, expected: [/422/] })
    await entrant.goto('/campaigns')
    await signIn(entrant, javaScriptEnabled ? 'Beth Crowther' : 'Daniel Marsh')
    await entrant.goto('/campaigns')
    await entrant.getByRole('link', { name }).click()
    await entrant.getByRole('link', { name: 'Enter this campaign' }).click()
    await entrant.getByRole('radio', { name: 'A new idea, that I write here' }).check()
    await entrant.getByLabel('Title').fill(`Letters by pigeon ${how}`)
    await entrant.getByLabel('Your idea').fill('They know the way.')
    await entrant.getByRole('button', { name: 'Enter', exact: true }).click()
    await entrant.getByRole('link', { name: /^Answer this: How much/ }).waitFor()
    await sound(entrant, 'campaigns-7-enter')
    await entrant.getByLabel('How much do you ask for, in pounds?').fill('1,250')
    await entrant.getByLabel('What is it spent on?').fill('Grain.')
    await entrant.getByRole('radio', { name: 'At home' }).check()
    await entrant.getByRole('button', { name: 'Enter', exact: true }).click()
    await entrant.getByText('Your entry has arrived. This is your receipt.').waitFor()
    await sound(entrant, 'campaigns-8-receipt')
    await entrant.getByLabel('What is it spent on?').fill('Grain and rings.')
    await entrant.getByRole('button', { name: 'Enter it as it is now' }).click()
    await entrant.getByText('Your entry has arrived').waitFor()
    await entrant.goto('/me/notifications')
    const received = entrant.getByText('has received your entry to the campaign')
    for (let i = 0; i < 100 && await received.count() === 0; i++) { // receipts are sent together, some seconds later
      await entrant.waitForTimeout(200)
      await entrant.reload()
    }
    await received.first().waitFor()

    const reader = await open(t, shared, { javaScriptEnabled })
    await reader.goto('/campaigns')
    await sound(reader, 'campaigns-9-open')
    await reader.getByRole('link', { name }).click()
    await reader.getByRole('link', { name: `Letters by pigeon ${how}` }).first().waitFor()
    await sound(reader, 'campaigns-10-read')
    await reader.goto(address + '/entries')
    await reader.getByText('1 entry').waitFor()
    await sound(reader, 'campaigns-11-entries')

    await entrant.goBack()
    await entrant.getByText('Withdraw it').click()
    await entrant.getByRole('button', { name: 'Withdraw the entry' }).click()
    await entrant.getByText('The entry is withdrawn').waitFor()
  })
}

pageTest('an organiser reads the programme, and anybody follows the calendar', shared, {}, async (page, t) => {
  await page.goto('/campaigns/programme')
  await signIn(page, 'Priya Nair')
  await page.goto('/campaigns/new?template=case-study-call')
  await page.getByLabel('Title').fill('Wards without paper')
  await page.getByLabel('Open for entries').fill(noon(3))
  await page.getByLabel('Judging').fill(noon(20))
  await page.getByLabel('Results').fill(noon(40))
  await page.getByLabel('Follow-up').fill(noon(130))
  await page.getByRole('button', { name: 'Save the draft' }).click()
  await page.getByText('Only organisers and admins see this page').waitFor()
  await page.goto('/campaigns')
  await page.getByRole('link', { name: 'Programme: all campaigns, and what needs you' }).click()
  await page.getByRole('heading', { level: 1, name: 'Programme' }).waitFor()
  await page.getByText('It is still a draft, and is to open on').first().waitFor()
  await page.setViewportSize({ width: 320, height: 800 })
  await sound(page)
  await page.setViewportSize({ width: 1280, height: 800 })
  await sound(page, 'campaigns-12-programme')
  await page.emulateMedia({ media: 'print' })
  await sound(page, 'campaigns-13-programme-in-print')

  const reader = await open(t, shared, {})
  const answer = await reader.request.get('/campaigns/calendar.ics')
  assert.equal(answer.status(), 200)
  assert.match(answer.headers()['content-type'], /^text\/calendar/)
  const feed = await answer.text()
  assert.match(feed, /^BEGIN:VCALENDAR\r\n/)
  assert.ok(!feed.includes('Wards without paper'), 'a draft is in the feed')
})
