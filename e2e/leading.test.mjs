// Whoever leads an organisation finds on one page what fits it, waits, is tried, is overdue and whom to thank. With and without
// JavaScript.
import assert from 'node:assert/strict'

import { pageTest, site, sound } from './harness.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`a lead sees what to look after, ${how} JavaScript`, shared, { javaScriptEnabled, as: 'Amina Yusuf' }, async page => {
    const title = `A lamp that says who is awake, ${how} a script`
    await page.goto('/case-studies/new')
    await page.getByLabel('Title', { exact: true }).fill(title)
    await page.getByLabel('What is the problem?').fill('Nobody knows.')
    await page.getByRole('button', { name: 'Post idea' }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()

    await page.goto('/me')
    await page.getByRole('link', { name: /^Lead’s home of .+ \(RR8\)$/ }).click()
    await page.getByRole('heading', { level: 1, name: /Lead’s home$/ }).waitFor()
    const part = name => page.getByRole('region', { name, exact: true })
    for (const name of ['New that fits us', 'What our staff post and wait for', 'What we try', 'What is overdue', 'Whom to thank']) await part(name).waitFor()
    await part('What our staff post and wait for').getByRole('link', { name: title, exact: true }).waitFor()

    // What is late in a workspace is on the page, and leads there.
    await part('What we try').getByRole('link', { name: /^Our workspace/ }).first().click()
    await page.getByRole('heading', { level: 2, name: 'Plan', exact: true }).waitFor()
    await page.getByText('Add a task', { exact: true }).click()
    const task = `Ask the porters, ${how} a script`
    await page.getByLabel('What there is to do').fill(task)
    await page.getByLabel(/^By when/).fill('2026-01-05')
    await page.getByRole('button', { name: 'Add the task' }).click()
    await page.getByText(task).first().waitFor()
    await page.goto('/me/lead')
    await part('What is overdue').getByRole('link', { name: task }).waitFor()
    await part('What we try').getByText(/tasks? overdue/).first().waitFor()
    await sound(page, `leading-1-${how}`)

    const thank = part('Whom to thank').getByRole('link', { name: /^Say thanks/ })
    const before = await thank.count()
    if (before > 0) {
      const one = await thank.first().getAttribute('href')
      await thank.first().click()
      await page.getByRole('heading', { level: 1, name: /thanks/i }).waitFor()
      await page.getByRole('button', { name: /thanks/i }).click()
      await page.waitForURL(url => !url.pathname.endsWith('/thank'))
      await page.goto('/me/lead')
      assert.equal(await page.locator(`a[href="${one}"]`).count(), 0)
    }
    // All that is overdue has a page of its own.
    await page.goto('/me/lead/overdue')
    await page.getByRole('heading', { level: 1, name: /What is overdue$/ }).waitFor()
    await page.getByRole('link', { name: task }).waitFor()
    await sound(page, `leading-2-${how}`)
    await page.getByRole('link', { name: 'Back to the lead’s home' }).click()
    await part('What is overdue').getByRole('link', { name: task }).click()
    await page.getByText(task).first().waitFor()
  })
}
