// The list: filters that show in the address, orders, pages, and suggestions while one types.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'

const shared = site()

const titles = page => page.getByRole('article').getByRole('heading', { level: 2 }).allInnerTexts()

for (const [javaScriptEnabled, width] of [[true, 1280], [true, 320], [false, 1280], [false, 320]]) {
  const how = `${javaScriptEnabled ? 'with' : 'without'} JavaScript at ${width} px`

  pageTest(`filters narrow the list, and the address can be sent to anyone, ${how}`, shared, { javaScriptEnabled, width }, async (page, t) => {
    await page.goto('/case-studies')
    const all = await titles(page)
    await openFilters(page)
    const stopped = page.getByRole('checkbox', { name: /^Stopped/ })
    await stopped.check()
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Apply filters' }).click()
    await page.waitForURL(/stage=stopped/)
    const narrowed = await until(() => titles(page), found => found.length > 0 && found.length < all.length)
    for (const tag of await page.getByRole('article').locator('.nhsuk-tag').allInnerTexts()) assert.equal(tag, 'Stopped')
    await openFilters(page)
    assert.equal(await stopped.isChecked(), true)
    await sound(page, 'list-filtered')

    const other = await open(t, shared, { javaScriptEnabled, width })
    await other.goto(page.url())
    assert.deepEqual(await titles(other), narrowed)

    await page.goBack()
    assert.deepEqual(await until(() => titles(page), found => found.length === all.length), all)
  })

  pageTest(`the next page of the list has others, ${how}`, shared, { javaScriptEnabled, width }, async page => {
    await page.goto('/case-studies?sort=new')
    const first = await titles(page)
    await page.getByRole('navigation', { name: 'Pagination' }).getByRole('link', { name: /^Next/ }).click()
    await page.waitForURL(/cursor=/)
    const second = await titles(page)
    assert.ok(second.length > 0)
    assert.deepEqual(second.filter(title => first.includes(title)), [])
  })
}

pageTest('suggestions come while one types, and can be taken by keyboard', shared, {}, async page => {
  await page.goto('/')
  const field = page.getByRole('combobox', { name: 'Search case studies' })
  await field.pressSequentially('disharge', { delay: 20 })
  const options = page.getByRole('listbox').getByRole('option')
  await options.first().waitFor()
  await sound(page, 'suggestions')
  await field.press('ArrowDown')
  assert.equal(await options.first().getAttribute('aria-selected'), 'true')
  await field.press('Enter')
  await page.waitForURL(/\/(case-studies|collections)\/./)
  await page.getByRole('heading', { level: 1 }).waitFor()
})

pageTest('a title that is typed shows similar ones', shared, {}, async page => {
  await page.goto('/sign-in?next=%2Fcase-studies%2Fnew')
  await page.getByRole('button', { name: 'Sign in as Leo Tran', exact: true }).click()
  await page.getByLabel('Title', { exact: true }).pressSequentially('Discharge letters for the pharmacy', { delay: 10 })
  await page.locator('#similar').getByRole('link').first().waitFor()
  await sound(page, 'similar')
})

/** Opens the filters where they are folded away, as on a small screen. */
async function openFilters (page) {
  const summary = page.locator('details.gr-filters > summary')
  if (await summary.isVisible() && await page.locator('details.gr-filters').evaluate(e => !e.open)) await summary.click()
}

/** Looks again until a condition holds, and gives what was seen last. The page may load anew while one looks. */
async function until (look, condition, ms = 10_000) {
  for (const end = Date.now() + ms; ;) {
    const seen = await look().catch(() => [])
    if (condition(seen) || Date.now() > end) return seen
    await new Promise(resolve => setTimeout(resolve, 30))
  }
}
