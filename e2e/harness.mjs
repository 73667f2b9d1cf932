// What the tests share: a server and a browser for each file, pages that notice their own faults, and the checks that
// every page has to pass.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { launch } from './browser.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const results = fileURLToPath(new URL('./results', import.meta.url))
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The widths at which pages are looked at: a small phone, a ward tablet, a desk. */
export const widths = [320, 768, 1280]

/** A server and a browser for the tests of one file. Call it at the top of the file. */
export function site (start = startServer) {
  const shared = { server: null, browser: null, url: '', signedIn: new Map() }
  before(async () => {
    shared.server = await start()
    shared.url = shared.server.url
    shared.browser = await launch()
  })
  after(async () => {
    await shared.browser?.close()
    await shared.server?.stop()
  })
  return shared
}

/**
 * Opens a page in a browser of its own, in which nobody is signed in unless `as` names somebody, and closes it after the
 * test.
 */
export async function page (t, shared, { javaScriptEnabled = true, width = 1280, height = 800, expected = [], as } = {}) {
  const context = await shared.browser.newContext({
    baseURL: shared.url, javaScriptEnabled, viewport: { width, height }, locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce',
    storageState: as && await signedIn(shared, as)
  })
  t.after(() => context.close())
  context.setDefaultTimeout(15_000)
  const opened = await context.newPage()
  const seen = { console: [], foreign: [] }
  opened.on('console', message => { if (message.type() === 'error') seen.console.push(`${message.text()} at ${message.location().url}`) })
  opened.on('pageerror', error => seen.console.push(String(error)))
  opened.on('request', request => {
    const url = new URL(request.url())
    if (!['data:', 'blob:', 'about:'].includes(url.protocol) && url.origin !== shared.url) seen.foreign.push(request.url())
  })
  opened.seen = seen
  opened.expected = [...expected]
  opened.javaScriptEnabled = javaScriptEnabled
  t.opened ??= []
  t.opened.push(opened)
  return opened
}

/** The cookies of somebody of the demo, who signs in once for all the tests of a file. */
async function signedIn (shared, name) {
  if (!shared.signedIn.has(name)) {
    const context = await shared.browser.newContext({ baseURL: shared.url })
    const page = await context.newPage()
    await page.goto('/privacy')
    await signIn(page, name)
    await page.goto('/privacy') // takes the message of signing in
    shared.signedIn.set(name, await context.storageState())
    await context.close()
  }
  return shared.signedIn.get(name)
}

/** Fails when the browser's console had an error that the test did not expect. */
export function noConsoleErrors (page) {
  assert.deepEqual(page.seen.console.filter(line => !page.expected.some(pattern => pattern.test(line))), [], 'the console has errors')
}

/** Fails when the page asked another host for anything. */
export function noForeignRequests (page) {
  assert.deepEqual(page.seen.foreign, [], 'the page asked other hosts')
}

/** Fails when the page is wider than its window, and stays so: a script may need a moment to fold the menu. */
export async function noHorizontalScroll (page) {
  const look = () => page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const over = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
    return [document.documentElement.scrollWidth, width, over.slice(0, 5).map(e => e.outerHTML.slice(0, 120))]
  })
  let [wide, window, culprits] = await look()
  for (const end = Date.now() + 3000; page.javaScriptEnabled && wide > window && Date.now() < end;) {
    await new Promise(resolve => setTimeout(resolve, 50));
    [wide, window, culprits] = await look()
  }
  assert.ok(wide <= window, `${page.url()} is ${wide}px wide in a window of ${window}px: ${culprits.join(' | ')}`)
}

/**
 * Fails when axe finds a breach of WCAG 2.2, level A or AA. axe needs timers, which a page without JavaScript has not,
 * so there the page is shown again as it came, with its own scripts shut out.
 */
export async function axe (page) {
  const looked = page.javaScriptEnabled ? page : await withoutItsScripts(page)
  try {
    await looked.evaluate(axeSource)
    const found = await looked.evaluate(() => globalThis.axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }, resultTypes: ['violations']
    }))
    const lines = found.violations.map(v => `${v.id}: ${v.help}\n${v.nodes.slice(0, 3).map(n => `    ${n.html}\n    ${n.failureSummary.replaceAll('\n', ' ')}`).join('\n')}`)
    assert.deepEqual(lines, [], `axe on ${page.url()}:\n${lines.join('\n')}`)
  } finally {
    if (looked !== page) await looked.context().close()
  }
}

async function withoutItsScripts (page) {
  const context = await page.context().browser().newContext({ viewport: page.viewportSize(), reducedMotion: 'reduce' })
  const twin = await context.newPage()
  const html = await page.content()
  await twin.route(page.url(), route => route.fulfill({
    contentType: 'text/html; charset=utf-8', headers: { 'Content-Security-Policy': "script-src 'none'" }, body: html.replaceAll(/<\/?noscript>/g, '')
  }))
  await twin.goto(page.url())
  return twin
}

/** A name for the pictures of a page. */
export const nameOf = path => path.split('?')[0].slice(1).replaceAll('/', '-').slice(0, 60) || 'home'

/** Every check that a page has to pass as it stands, on a small phone too. With a name, it is kept as pictures. */
export async function sound (page, name) {
  await axe(page)
  const before = page.viewportSize()
  for (const width of widths) {
    await page.setViewportSize({ width, height: before.height })
    await noHorizontalScroll(page)
  }
  await page.setViewportSize(before)
  noConsoleErrors(page)
  noForeignRequests(page)
  if (name && page.javaScriptEnabled) await screenshot(page, name)
}

/** Takes a picture of the whole page at each width, into results. They take longer than the tests, so one asks for them. */
export async function screenshot (page, name, at = widths) {
  if (!process.env.GRASSROOTS_TEST_PICTURES) return
  await mkdir(results, { recursive: true })
  const before = page.viewportSize()
  for (const width of at) {
    await page.setViewportSize({ width, height: before.height })
    await page.screenshot({ path: join(results, `${name}-${width}.png`), fullPage: true })
  }
  await page.setViewportSize(before)
}

/** A test with a page of its own. When it fails, each page that it opened is kept as a picture and as text. */
export function pageTest (name, shared, options, fn) {
  test(name, { timeout: 180_000 }, async t => {
    const opened = await page(t, shared, options)
    try {
      await fn(opened, t)
      for (const every of t.opened) {
        noConsoleErrors(every)
        noForeignRequests(every)
      }
    } catch (error) {
      for (const [i, every] of t.opened.entries()) await keep(every, `${name} ${i + 1}`).catch(() => {})
      throw error
    }
  })
}

async function keep (page, name) {
  const file = join(results, 'failed-' + name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'))
  await mkdir(results, { recursive: true })
  await writeFile(`${file}.html`, `<!-- ${page.url()} -->\n${await page.content()}`)
  await page.screenshot({ path: `${file}.png`, fullPage: true })
}
