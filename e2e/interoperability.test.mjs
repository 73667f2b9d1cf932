// The question that the platform exists for: somebody writes down what they joined to what, and somebody else asks and
// reads the answer. Every page on the way has to pass every check, with and without JavaScript.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  // Each has a system of its own that no list knows, since both use one server.
  const board = javaScriptEnabled ? 'Bed board of ward J12' : 'Theatre board of ward J14'
  const slug = javaScriptEnabled ? 'bed-board-of-ward-j12' : 'theatre-board-of-ward-j14'
  const title = `Discharges show on the ${board.toLowerCase()}`

  pageTest(`what was joined is written down, asked for and found ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled }, async (page, t) => {
    await page.goto('/')
    await signIn(page, 'Amina Yusuf')
    await write(page, title, board)

    const other = await open(t, shared, { javaScriptEnabled })
    await other.goto('/')
    await other.getByRole('link', { name: 'See who has done it, how, and whom to ask' }).click()
    await other.getByRole('heading', { level: 1, name: 'Who has joined what to what?' }).waitFor()
    await sound(other, 'ask-1-begin')
    await ask(other, { From: 'ppm plus', To: board })
    await other.getByRole('heading', { level: 1, name: `Who joins PPM+ to ${board}?` }).waitFor()
    await other.getByText(`1 organisation joins PPM+ to ${board} by HL7 version 2.`).waitFor()
    await other.getByText('It is on trial.').waitFor()
    await other.getByText(`PPM+ to ${board} by HL7 version 2 (2.4) over MESH: discharge time, ward. On trial, one way.`).waitFor()
    await sound(other, 'ask-2-answer')
    assert.equal(new URL(other.url()).searchParams.get('to'), board)

    await likeYours(other)
    await wrongName(other, board)
    await noDirectLink(other, board)

    // The case study leads to the question, and the answer to whom to ask.
    await other.goto(`/interoperability?from=ppm-plus&to=${slug}`)
    await other.getByRole('region', { name: 'People to ask' }).getByRole('link', { name: 'Amina Yusuf' }).click()
    await other.getByRole('heading', { level: 1, name: 'Amina Yusuf' }).waitFor()
    await other.getByRole('link', { name: title }).first().click()
    await other.getByRole('link', { name: `Who else? PPM Plus to ${board}` }).click()
    await other.getByRole('heading', { level: 1, name: `Who joins PPM+ to ${board}?` }).waitFor()
  })
}

/** Publishes a case study with one connection, of which every field is filled in. */
async function write (page, title, board) {
  await page.goto('/case-studies/new')
  await page.getByRole('button', { name: 'Write a case study' }).click()
  await page.getByRole('heading', { level: 1, name: 'Write a case study' }).waitFor()
  await page.getByLabel('Title', { exact: true }).first().fill(title)
  await page.getByLabel('Summary (optional)').fill('Nobody sees who goes home.')
  await page.getByLabel('Problem and baseline (optional)').fill('Nobody sees who goes home.')
  const one = page.getByRole('group', { name: 'Connection 1' })
  await one.getByLabel('From', { exact: true }).fill('PPM Plus')
  await one.getByLabel('To', { exact: true }).fill(board)
  await one.getByLabel('By what standard?').selectOption('HL7 version 2')
  await one.getByLabel('Version').fill('2.4')
  await one.getByLabel('How does it travel?').fill('MESH')
  await one.getByLabel('What is carried?').fill('discharge time, ward')
  await one.getByLabel('How far is it?').selectOption('On trial')

  // An organisation that nobody is called is refused, and what was typed is still there.
  await one.getByLabel('Where?').fill('Nowhere at all')
  page.expected.push(/422 .*\/me\/drafts\//)
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByRole('link', { name: 'Enter the ODS code of the site, such as RR8, or its full name' }).click()
  const again = page.getByRole('group', { name: 'Connection 1' })
  assert.equal(await again.getByLabel('Where?').inputValue(), 'Nowhere at all')
  assert.equal(await again.getByLabel('How does it travel?').inputValue(), 'MESH')
  await page.getByText(`“${board}” is not in the list of systems yet.`).waitFor()
  await sound(page, 'ask-0-refused')
  if (page.javaScriptEnabled) {
    // Typing part of the name offers the organisation.
    await again.getByLabel('Where?').fill('')
    await again.getByLabel('Where?').pressSequentially('leeds teach')
    await page.locator('#site-names option[value="RR8"]').waitFor({ state: 'attached' })
  }
  await again.getByLabel('Where?').fill('Leeds Teaching Hospitals')
  await again.getByLabel('Which way?').selectOption(`From PPM Plus to ${board}`)
  await page.getByRole('button', { name: 'Add a connection' }).click()
  const two = page.getByRole('group', { name: 'Connection 2' })
  await two.getByLabel('From', { exact: true }).fill(board)
  await two.getByLabel('To', { exact: true }).fill(diary(board))
  await two.getByLabel('By what standard?').selectOption('Re-typed by staff')
  await page.getByRole('button', { name: 'Publish', exact: true }).click()

  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  const row = page.getByRole('table', { name: 'What was joined to what' }).getByRole('row').filter({ hasText: 'PPM Plus' })
  await row.getByText('Proposed').waitFor()
  await row.getByRole('link', { name: 'HL7 version 2' }).waitFor()
  await row.getByRole('link', { name: 'Leeds Teaching Hospitals NHS Trust' }).waitFor()
  await sound(page, 'ask-0-written')
}

/** What the board is copied to, by hand. */
function diary (board) {
  return `Diary beside the ${board.toLowerCase()}`
}

async function ask (page, fields) {
  for (const [label, value] of Object.entries(fields)) {
    const field = page.getByRole('main').getByLabel(label, { exact: true })
    if (!await field.isVisible()) await page.getByText('Standard, status, region and your organisation').click()
    if (await field.evaluate(e => e.tagName) === 'SELECT') await field.selectOption(value)
    else await field.fill(value)
  }
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
}

/** Answers say what they have in common with the asker's organisation. */
async function likeYours (page) {
  await ask(page, { 'Your organisation': 'RR8' })
  await page.getByText('Those that are most like Leeds Teaching Hospitals NHS Trust come first.').waitFor()
  await page.getByText('This is your own organisation.').first().waitFor()
  await ask(page, { 'How far is it?': 'Live' })
  await page.getByText('Nobody has written yet of joining').waitFor()
  await page.getByText('Without your other choices there is 1 case study:').waitFor()
  await sound(page, 'ask-3-narrowed')
}

/** A name that nobody knows is said so, with what may have been meant. */
async function wrongName (page, board) {
  await page.goto('/interoperability')
  page.expected.push(/422 .*\/interoperability/)
  await ask(page, { From: 'PPM Pluss', To: board })
  await page.getByRole('alert').getByRole('heading', { name: 'There is a problem' }).waitFor()
  assert.equal(await page.getByRole('main').getByLabel('To', { exact: true }).inputValue(), board)
  await sound(page, 'ask-4-wrong')
  await page.getByRole('list', { name: 'Did you mean one of these?' }).getByRole('link', { name: 'PPM+' }).click()
  await page.getByRole('heading', { level: 1, name: `Who joins PPM+ to ${board}?` }).waitFor()
}

/** Without a direct link the answer is a way over other systems, by steps that lead to their own questions. */
async function noDirectLink (page, board) {
  await page.goto('/interoperability')
  await ask(page, { From: 'PPM+', To: diary(board) })
  await page.getByText(`Nobody has written yet of joining PPM+ to ${diary(board)}.`).waitFor()
  await page.getByRole('heading', { level: 2, name: 'Over other systems' }).waitFor()
  await page.getByRole('heading', { level: 3, name: `PPM+ → ${board} → ${diary(board)}` }).waitFor()
  await sound(page, 'ask-5-over-others')
  await page.getByRole('listitem').getByRole('link', { name: `PPM+ to ${board}` }).first().click()
  await page.getByText(`1 organisation joins PPM+ to ${board} by HL7 version 2.`).waitFor()
}
