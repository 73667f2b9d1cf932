// What one trust did another plans in private: a plan of its steps, a cycle, people who are told. With and without JavaScript,
// and by keyboard.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`an adoption is worked on in private, ${how} JavaScript`, shared, { javaScriptEnabled, as: 'Amina Yusuf', expected: [/404/, /422/, /409/] }, async (page, t) => {
    const title = `A trolley that says where it is, ${how} a screen`
    await page.goto('/case-studies/new')
    await page.getByLabel('Title', { exact: true }).fill(title)
    await page.getByLabel('What is the problem?').fill('Nobody knows where it is.')
    await page.getByLabel('What would help?').fill('- Put a tag on each trolley\n- Tell the porters\n- Look at it every week')
    await page.getByRole('button', { name: 'Post idea' }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    const address = new URL(page.url()).pathname

    const other = await open(t, shared, { javaScriptEnabled, as: 'Kwame Boateng', expected: [/422/, /409/] })
    await other.goto(`${address}/adopt`)
    await other.getByRole('button', { name: 'Tell everybody' }).click()
    await other.getByRole('link', { name: 'Our workspace' }).click()
    await other.getByRole('heading', { level: 1, name: /^A trolley .* Workspace of/ }).waitFor()
    const workspace = new URL(other.url()).pathname
    await sound(other, 'workspaces-1-empty')

    await other.getByRole('button', { name: 'Make the plan from the case study' }).click()
    await other.getByText('3 steps are added to the plan.').waitFor()
    await other.getByText('0 of 3 done').waitFor()
    const order = () => other.locator('[id^=task-] > p:first-child').allTextContents()
    assert.deepEqual(await order(), ['Put a tag on each trolley', 'Tell the porters', 'Look at it every week'])
    await other.getByRole('button', { name: 'Down Put a tag on each trolley' }).focus()
    await other.keyboard.press('Enter')
    await other.getByText('The task is moved.').waitFor()
    assert.deepEqual(await order(), ['Tell the porters', 'Put a tag on each trolley', 'Look at it every week'])
    await other.getByRole('link', { name: 'Change Look at it every week' }).click()
    await other.getByLabel('What there is to do').fill('')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByRole('link', { name: 'Enter what there is to do' }).waitFor()
    await sound(other, 'workspaces-2-task')
    await other.getByLabel('What there is to do').fill('Look at it every Monday')
    await other.getByLabel(/^Who does it/).selectOption({ label: 'Kwame Boateng' })
    await other.getByLabel(/^By when/).fill('2026-01-05')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByRole('heading', { level: 3, name: 'Overdue' }).waitFor()
    await other.getByRole('button', { name: 'Done Tell the porters' }).click()
    await other.getByText('1 of 3 done').waitFor()

    // What is taken out of the plan stays out until somebody brings it back.
    await other.getByRole('link', { name: 'Change Put a tag on each trolley' }).click()
    await other.getByText('Delete the task').first().click()
    await other.getByText('can be brought back below the plan').waitFor()
    await other.getByRole('button', { name: 'Delete the task' }).click()
    await other.getByText('The task is deleted.').waitFor()
    await other.getByRole('button', { name: 'Add steps that are not in the plan yet' }).click()
    await other.getByText('Every step of the case study is in the plan, or was taken out of it.').waitFor()
    await other.getByText('Taken out of the plan: 1 step').click()
    await sound(other, 'workspaces-2-taken-out')
    await other.getByRole('button', { name: 'Bring back Put a tag on each trolley' }).click()
    await other.getByText('The step is in the plan again.').waitFor()
    assert.equal((await order()).length, 3)

    await other.getByRole('link', { name: 'Begin a cycle' }).click()
    await other.getByLabel('Plan', { exact: true }).fill('Ten trolleys for a week')
    await other.getByLabel('Prediction').fill('Nobody looks for longer than five minutes')
    await other.getByRole('radio', { name: 'Adapt' }).check()
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByRole('link', { name: 'Say what happened against the prediction before you decide' }).waitFor()
    await sound(other, 'workspaces-3-cycle')
    await other.getByLabel(/^Study/).fill('Seven minutes, and less at night')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByRole('heading', { level: 3, name: 'Cycle 1' }).waitFor()
    await other.getByRole('link', { name: 'Add a link' }).click()
    await other.getByLabel('What it is').fill('The form for porters')
    await other.getByLabel('Its address').fill('https://share.test/porters')
    await sound(other, 'workspaces-4-link')
    await other.getByRole('button', { name: 'Add the link' }).click()
    await other.getByRole('link', { name: 'The form for porters' }).waitFor()
    await other.getByRole('link', { name: 'Add a file' }).click()
    await other.getByRole('button', { name: 'Add the file' }).click()
    await other.getByRole('link', { name: 'Choose a file' }).waitFor()
    await sound(other, 'workspaces-4-file')
    await other.getByLabel('Image or PDF').setInputFiles({ name: 'porters.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') })
    await other.getByRole('button', { name: 'Add the file' }).click()
    await other.getByRole('link', { name: 'porters.pdf' }).waitFor()
    await other.getByRole('link', { name: 'Add somebody' }).click()
    await sound(other, 'workspaces-5-person')
    await other.goto(workspace)
    await sound(other, 'workspaces-6-full')
    await other.getByRole('link', { name: 'Print' }).click()
    await other.getByText('The workspace as it is by now:').waitFor()
    await other.emulateMedia({ media: 'print' })
    await sound(other, 'workspaces-7-print')

    // Those who wrote the case study learn nothing of it.
    await page.goto(workspace)
    await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor()
    await page.goto(address)
    assert.equal(await page.getByRole('link', { name: 'Our workspace' }).count(), 0)
  })
}

pageTest('a replication kit says what is known and what is not', shared, {}, async page => {
  await page.goto('/case-studies/find-the-nearest-free-infusion-pump-without-walking-six-wards')
  await page.getByRole('link', { name: 'Replication kit: what to copy, who must agree and what it cost' }).click()
  await page.getByRole('heading', { level: 1, name: /Replication kit$/ }).waitFor()
  for (const name of ['What to copy', 'Who must agree', 'Documents', 'What it cost', 'Time line', 'Pitfalls', 'Contact']) {
    await page.getByRole('heading', { level: 2, name, exact: true }).waitFor()
  }
  await sound(page, 'workspaces-8-kit')
  const text = await page.request.get(await page.getByRole('link', { name: 'Download it as text (Markdown)' }).getAttribute('href'))
  assert.match(text.headers()['content-type'], /^text\/markdown/)
  assert.match(await text.text(), /^# Replication kit: /)
  await page.emulateMedia({ media: 'print' })
  await sound(page, 'workspaces-9-kit-print')
})
