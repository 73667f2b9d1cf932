// The map of connections: each view, with and without JavaScript, by keyboard, and in step with its address.
import assert from 'node:assert/strict'

import { page as open, pageTest, screenshot, site, sound } from './harness.mjs'

const shared = site()
const map = '/interoperability/map'

/** Waits until the script has drawn the graph. */
const drawn = page => page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0)

const graph = page => page.getByRole('application', { name: /^Systems and their connections/ })
const said = page => page.locator('.gr-graph__status')

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'
  for (const [name, query] of [
    ['graph', ''], ['graph-one', '?selected=systmone'], ['graph-few', '?standard=gp-connect&status=live'], ['table', '?view=table'], ['matrix', '?view=matrix'],
    ['matrix-one', '?view=matrix&selected=systmone'], ['england', '?view=england'], ['nothing', '?region=Wales&status=trial']
  ]) {
    pageTest(`the map as ${name} ${how}`, shared, { javaScriptEnabled }, async page => {
      const response = await page.goto(map + query)
      assert.equal(response.status(), 200)
      await page.getByRole('heading', { level: 1, name: 'Map of connections' }).waitFor()
      if (javaScriptEnabled && name.startsWith('graph')) await drawn(page)
      await sound(page, `map-${name}`)
    })
  }

  pageTest(`the filters of the map hold in every view ${how}`, shared, { javaScriptEnabled }, async (page, t) => {
    await page.goto(map)
    const all = await count(page)
    await page.locator('summary').filter({ hasText: 'Status' }).click()
    await page.getByRole('checkbox', { name: /^Stopped/ }).check()
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Apply filters' }).click()
    await page.waitForURL(/status=stopped/)
    await page.getByRole('link', { name: 'Remove filter Status: Stopped' }).waitFor()
    const fewer = await count(page)
    assert.ok(fewer > 0 && fewer < all, `${fewer} of ${all} connections`)
    if (javaScriptEnabled) await page.waitForFunction(() => document.querySelectorAll('.gr-graph__canvas canvas').length > 0)
    await page.getByRole('navigation', { name: 'Views of the map' }).getByRole('link', { name: 'Table' }).click()
    await page.getByRole('table').waitFor()
    assert.equal(await count(page), fewer)
    for (const status of await page.getByRole('table').locator('.nhsuk-tag').allInnerTexts()) assert.equal(status, 'Stopped')
    const other = await open(t, shared, { javaScriptEnabled })
    await other.goto(page.url())
    assert.equal(await count(other), fewer)
  })

  pageTest(`one system is looked at ${how}`, shared, { javaScriptEnabled }, async page => {
    await page.goto(map)
    if (javaScriptEnabled) await drawn(page)
    await page.getByLabel('Look at one system').selectOption({ label: 'EMIS Web' })
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Look', exact: true }).click()
    await page.waitForURL(/selected=emis-web/)
    await page.getByRole('heading', { level: 2, name: 'EMIS Web' }).waitFor()
    await page.getByRole('table', { name: 'EMIS Web' }).getByRole('row', { name: /SystmOne/ }).waitFor()
    await page.getByRole('navigation', { name: 'Views of the map' }).getByRole('link', { name: 'Matrix' }).click()
    await page.waitForURL(/view=matrix/)
    await page.getByRole('table', { name: 'EMIS Web' }).waitFor()
    await page.getByRole('link', { name: 'Show all systems' }).click()
    await page.getByRole('table', { name: 'Matrix of systems' }).waitFor()
  })

  pageTest(`a region of the map of England is a filter ${how}`, shared, { javaScriptEnabled }, async page => {
    await page.goto(map + '?view=england')
    await page.getByRole('link', { name: /^London, / }).click()
    await page.waitForURL(/region=London/)
    await page.getByRole('link', { name: 'Remove filter Region: London' }).waitFor()
  })
}

/** How many connections the page says that it shows. */
async function count (page) {
  const text = await page.locator('#results [data-results-count]').innerText()
  return Number(text.match(/^([\d,]+) connection/)?.[1].replaceAll(',', '') ?? 0)
}

pageTest('the graph is walked by keyboard, and says where one is', shared, {}, async page => {
  await page.goto(map)
  await drawn(page)
  const canvas = graph(page)
  for (let i = 0; i < 60 && !(await canvas.evaluate(e => e === document.activeElement)); i++) await page.keyboard.press('Tab')
  assert.equal(await canvas.evaluate(e => e === document.activeElement), true, 'Tab does not reach the graph')
  assert.notEqual(await canvas.evaluate(e => getComputedStyle(e).outlineStyle), 'none', 'the focus is not to be seen')
  const first = await said(page).innerText()
  assert.match(first, /^\S.*\. Joined to \d+ systems, \d+ organisations?, \d+ case stud/)
  assert.equal(await said(page).getAttribute('role'), 'status')

  const seen = new Set([first])
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowRight']) {
    await page.keyboard.press(key)
    seen.add(await said(page).innerText())
  }
  assert.ok(seen.size >= 3, `the arrows led to ${[...seen].join(' | ')}`)
  const here = (await said(page).innerText()).split('. Joined')[0]
  await page.waitForURL(/selected=/)
  await page.getByRole('heading', { level: 2, name: here }).waitFor()
  assert.equal(await page.getByLabel('Look at one system').evaluate(e => e.selectedOptions[0].textContent), here)
  await sound(page, 'map-walked')

  await page.reload()
  await drawn(page)
  await page.getByRole('heading', { level: 2, name: here }).waitFor()
  await canvas.focus()
  for (const key of ['+', '-', '0']) await page.keyboard.press(key)
  await page.keyboard.press('Escape')
  assert.match(await said(page).innerText(), /No system is chosen/)
  await page.waitForFunction(() => !location.search.includes('selected='))
  await page.keyboard.press('Home')
  assert.equal(await said(page).innerText(), first)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/systems\/[^/]+$/)
  await page.getByRole('heading', { level: 1, name: first.split('. Joined')[0] }).waitFor()
})

pageTest('the graph is used with a mouse', shared, {}, async page => {
  await page.goto(map + '?standard=gp2gp')
  await drawn(page)
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await page.getByRole('button', { name: 'Show all' }).click()
  // A few systems are drawn: one presses here and there until one is met.
  const box = await graph(page).boundingBox()
  for (let y = 20; y < box.height && !(await said(page).innerText()); y += 14) {
    for (let x = 20; x < box.width && !(await said(page).innerText()); x += 14) await page.mouse.click(box.x + x, box.y + y, { delay: 0 })
  }
  assert.match(await said(page).innerText(), /Joined to \d|\bby GP2GP: /)
})

pageTest('a graph of thousands of lines is drawn and walked as well', shared, {}, async page => {
  const systems = Array.from({ length: 60 }, (_, i) => ({ slug: `s-${i}`, name: `System ${i}`, label: `System ${i}`, facts: 'Joined to many', x: 100 * (i % 10), y: 100 * Math.floor(i / 10), r: 8 }))
  const lines = systems.flatMap((_, from) => systems.map((_, to) => [from, to, (from + to) % 2, 1, 1, 3]))
  await page.route('**/map.json*', route => route.fulfill({
    json: { systems, lines, standards: [{ name: 'HL7', style: 0 }, { name: 'FHIR', style: 1 }], styles: [{ colour: '#0072b2' }, { colour: '#d55e00', dash: [9, 4] }], note: 'All are drawn.' }
  }))
  await page.goto(map)
  await drawn(page)
  await page.getByText('All are drawn.').waitFor()
  const painted = () => page.locator('.gr-graph__lines').evaluate(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.reduce((sum, v, i) => sum + (i % 4 === 3 ? v : 0), 0))
  const all = await painted()
  assert.ok(all > 0, 'no line is to be seen')
  await graph(page).focus()
  await page.keyboard.press('ArrowRight')
  assert.match(await said(page).innerText(), /^System 1\. Joined to many/)
  assert.ok(await painted() < all, 'the lines of other systems do not step back')
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => !location.search.includes('selected='))
  await sound(page)
})

pageTest('the drawing of the server stays when the script cannot draw', shared, { expected: [/Failed to load resource|answered 503/] }, async page => {
  await page.route('**/map.json*', route => route.fulfill({ status: 503, body: '' }))
  await page.goto(map)
  await page.waitForLoadState('networkidle')
  await page.getByRole('group', { name: 'Systems and their connections' }).getByRole('link', { name: /^SystmOne: / }).waitFor()
  assert.equal(await graph(page).count(), 0)
  await sound(page)
})

pageTest('the library of the graph is on the page of the graph alone', shared, {}, async page => {
  const asked = []
  page.on('request', request => asked.push(new URL(request.url()).pathname))
  for (const path of ['/', '/case-studies', '/systems', map + '?view=table', map + '?view=matrix', map + '?view=england']) {
    await page.goto(path, { waitUntil: 'networkidle' })
  }
  assert.deepEqual(asked.filter(path => /cytoscape|map-[0-9a-f]+\.js|map\.json/.test(path)), [])
  await page.goto(map)
  await drawn(page)
  assert.equal(asked.filter(path => /cytoscape/.test(path)).length, 1)
})

pageTest('on paper the graph is the drawing of the server', shared, {}, async page => {
  await page.goto(map)
  await drawn(page)
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator('.gr-graph__picture').isVisible(), true)
  assert.equal(await graph(page).isVisible(), false)
  await screenshot(page, 'map-print', [768])
})
