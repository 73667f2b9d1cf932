// Measures how long the map of 5,000 connections takes from the start of the navigation until it is drawn, in Chromium on
// the machine it runs on, and how much of that the page computes, which is what it would take on a machine with nothing
// else to do: `npm run map-speed`. It passes and fails nothing.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { launch } from './browser.mjs'
import { startServer } from './server.mjs'

const connections = 5000
const each = 4 // connections of a case study
const runs = 7

/** Numbers that look random and are the same each time. */
function numbers (seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) % 4294967296
    return seed / 4294967296
  }
}

/** The first column of one of the lists that every instance starts with. */
async function codes (list) {
  const text = await readFile(new URL(`../models/reference/${list}.csv`, import.meta.url), 'utf8')
  return text.trim().split('\n').slice(1).map(line => line.split(',')[0])
}

/** Writes case studies whose connections are between all systems of the lists, a few of which have most of them. */
async function write (folder) {
  const [systems, standards] = [await codes('systems'), await codes('standards')]
  const random = numbers(2026)
  const any = (list, power) => list[Math.floor(random() ** power * list.length)]
  const statuses = ['live', 'live', 'live', 'trial', 'planned', 'stopped']
  const directions = ['one-way', 'one-way', 'two-way', 'view']
  await mkdir(folder)
  for (let i = 0; i < connections / each; i++) {
    const joins = Array.from({ length: each }, () => `  - {from: ${any(systems, 2)}, to: ${any(systems, 2)}, standard: ${any(standards, 3)}, direction: ${any(directions, 1)}, status: ${any(statuses, 1)}}`)
    const code = 'R' + any([...'ABCDEFGHJKLMNPQRTVWXY'], 1) + any([...'0123456789ABCDEFGHJKLMNPQRTVWXY'], 1)
    await writeFile(join(folder, `${i}.md`), ['---', 'format: grassroots/case-study/1', `title: Case study ${i} of many`, 'stage: in-use', `organisation: ${code}`, 'connections:', ...joins, '---', '', 'We joined them.', ''].join('\n'))
  }
}

async function measure (browser, address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } }) // nothing cached
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await page.goto(address)
    await page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0, null, { timeout: 120_000, polling: 100 })
    const { metrics } = await session.send('Performance.getMetrics')
    const seen = await page.evaluate(() => ({
      drawn: performance.getEntriesByName('map-drawn')[0].startTime,
      answered: performance.getEntriesByType('navigation')[0].responseEnd,
      data: performance.getEntriesByType('resource').find(r => r.name.includes('map.json')).responseEnd,
      picture: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      what: document.querySelector('.gr-graph__canvas').getAttribute('aria-label')
    }))
    return { ...seen, computed: 1000 * metrics.find(m => m.name === 'TaskDuration').value }
  } finally {
    await context.close()
  }
}

const folder = await mkdtemp(join(tmpdir(), 'grassroots-map-'))
let server, browser
try {
  await write(join(folder, 'content'))
  server = await startServer({ content: join(folder, 'content') })
  browser = await launch()
  const ms = n => `${Math.round(n)} ms`.padStart(10)
  console.log('\n' + ['', 'page', 'picture', 'data', 'drawn', 'computed'].map(s => s.padStart(10)).join(''))
  const seen = []
  for (let i = 0; i < runs; i++) {
    const m = await measure(browser, `${server.url}/interoperability/map`)
    if (i === 0) console.log(m.what)
    else seen.push(m)
    console.log((i === 0 ? 'first' : '').padStart(10) + ms(m.answered) + ms(m.picture) + ms(m.data) + ms(m.drawn) + ms(m.computed))
  }
  const median = name => Math.round(seen.map(m => m[name]).sort((a, b) => a - b)[Math.floor(seen.length / 2)])
  console.log(`${connections} connections are drawn ${median('drawn')} ms after the navigation starts, of which the page computes ${median('computed')} ms (medians of ${seen.length} runs after the first, each with an empty cache).`)
} finally {
  await browser?.close()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
}
