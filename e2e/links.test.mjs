// Every link that a page of this site gives to another page of it leads somewhere, for those who have not signed in,
// and for somebody who may see everything.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { page, site } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

// Enough to meet every kind of page some times. Lists with filters have more addresses than anybody could open.
const enough = 400

/** The addresses of this site that a page links to, without the places on them. */
function linksOf (html, at) {
  const out = new Set()
  for (const [, address] of html.matchAll(/<(?:a|link)\b[^>]*\shref="([^"]*)"/g)) {
    const url = new URL(address.replaceAll('&amp;', '&').replaceAll('&#34;', '"').replaceAll('&#39;', "'"), at)
    if (url.origin === new URL(shared.url).origin) out.add(url.pathname + url.search)
  }
  return out
}

/** What kind of page an address is: its path without what names one thing, and the names of its parameters. */
function kindOf (address) {
  const url = new URL(address, shared.url)
  const path = url.pathname.replaceAll(/\/(?:[0-9A-Z]{26}|\d+)(?=\/|$)/g, '/:id').replace(/^\/(case-studies|organisations|people|systems|standards)\/(?!new$)[^/]+?(?=\.md$|\/|$)/, '/$1/:name')
  return path + '?' + [...url.searchParams.keys()].sort().join('&')
}

async function crawl (request, from) {
  const known = new Set(from)
  const waiting = [...from]
  const opened = new Map() // how many of each kind
  const wrong = []
  let count = 0
  while (waiting.length > 0 && count < enough) {
    const address = waiting.shift()
    const kind = kindOf(address)
    if ((opened.get(kind) ?? 0) >= 8) continue
    opened.set(kind, (opened.get(kind) ?? 0) + 1)
    count++
    const response = await request.get(address)
    if (response.status() !== 200) wrong.push(`${response.status()} ${address}`)
    if (!/^text\/html/.test(response.headers()['content-type'] ?? '')) continue
    for (const next of linksOf(await response.text(), response.url())) {
      if (known.has(next)) continue
      known.add(next)
      waiting.push(next)
    }
  }
  return { wrong, count, kinds: [...opened.keys()] }
}

for (const [who, name] of [['somebody who has not signed in', ''], ['an admin', 'Farah Siddiqui'], ['a moderator', 'Beth Crowther']]) {
  test(`every link leads somewhere for ${who}`, { timeout: 300_000 }, async t => {
    const opened = await page(t, shared)
    await opened.goto('/')
    if (name) await signIn(opened, name)
    const { wrong, count, kinds } = await crawl(opened.request, name ? ['/', '/me'] : ['/'])
    t.diagnostic(`${count} pages of ${kinds.length} kinds`)
    assert.deepEqual(wrong, [])
    for (const kind of ['/?', '/case-studies?', '/case-studies/:name?', '/organisations/:name?', '/people/:name?']) {
      assert.ok(kinds.includes(kind), `no page of the kind ${kind} was met, but ${kinds.join(' ')}`)
    }
  })
}
