// What can be done with a mouse can be done with the keyboard, and the focus is where one expects it.
import assert from 'node:assert/strict'

import { pageTest, site } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

/** Presses Tab until a control with this name has the focus. */
async function tabTo (page, name) {
  const control = page.getByRole(name.role, { name: name.name, exact: true }).first()
  for (let i = 0; i < 150; i++) {
    await page.keyboard.press('Tab')
    if (await control.evaluate(e => e === document.activeElement)) return control
  }
  throw new Error(`Tab does not reach ${name.role} ${name.name}`)
}

/** Fails when the control with the focus does not look different from one without. */
async function focusShows (page) {
  const shown = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement)
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.backgroundColor !== 'rgba(0, 0, 0, 0)'
  })
  assert.ok(shown, 'the focus is not to be seen')
}

for (const javaScriptEnabled of [true, false]) {
  pageTest(`signing in, searching and voting by keyboard ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled }, async page => {
    await page.goto('/')
    await page.keyboard.press('Tab')
    assert.equal(await page.getByRole('link', { name: 'Skip to main content' }).evaluate(e => e === document.activeElement), true, 'the first stop is not the skip link')
    await focusShows(page)
    await tabTo(page, { role: 'link', name: 'Sign in' })
    await focusShows(page)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await tabTo(page, { role: 'button', name: 'Sign in as Leo Tran' })
    await page.keyboard.press('Enter')
    await page.getByText('You are signed in as Leo Tran.').waitFor()

    await page.goto('/case-studies')
    await tabTo(page, { role: javaScriptEnabled ? 'combobox' : 'searchbox', name: 'Search case studies' })
    await page.keyboard.type('virtual ward')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Case studies about “virtual ward”' }).waitFor()

    const vote = page.getByRole('article').first().getByRole('button', { name: /^Vote/ })
    const [, verb] = (await vote.getAttribute('aria-label') ?? await vote.innerText()).match(/(Voted|Vote)/)
    for (let i = 0; i < 200 && !(await vote.evaluate(e => e === document.activeElement)); i++) await page.keyboard.press('Tab')
    await focusShows(page)
    await page.keyboard.press('Space')
    await page.getByRole('article').first().getByRole('button', { name: /^Vote/, pressed: verb === 'Vote' }).waitFor()
  })
}

pageTest('the skip link leads to the content', shared, {}, async page => {
  await page.goto('/case-studies')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(/#maincontent$/)
  await page.waitForLoadState('networkidle')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), true)
})

pageTest('an error takes the focus to its summary, and from there to its field', shared, { expected: [/422/] }, async page => {
  await page.goto('/')
  await signIn(page, 'Leo Tran')
  await page.goto('/case-studies/new')
  await page.getByRole('button', { name: 'Post idea' }).focus()
  await page.keyboard.press('Enter')
  const summary = page.getByRole('alert').getByRole('heading', { name: 'There is a problem' })
  await summary.waitFor()
  assert.equal(await summary.evaluate(e => e.closest('.nhsuk-error-summary').contains(document.activeElement)), true)
  await page.getByRole('link', { name: 'Enter a title' }).focus()
  await page.keyboard.press('Enter')
  const title = page.getByLabel('Title', { exact: true })
  assert.equal(await title.evaluate(e => e === document.activeElement), true)
  assert.equal(await title.getAttribute('aria-invalid') ?? 'true', 'true')
  assert.match(await title.getAttribute('aria-describedby'), /error/)
})
