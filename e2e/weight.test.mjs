// What a first visit costs, on the network of a ward.
import assert from 'node:assert/strict'

import { pageTest, site } from './harness.mjs'

const shared = site()

const mostBytes = 60 * 1024
const mostRequests = 6

for (const path of ['/', '/case-studies', '/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house']) {
  pageTest(`a first visit to ${path} is light`, shared, {}, async (page, t) => {
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    const sizes = new Map()
    const urls = new Map()
    session.on('Network.requestWillBeSent', event => urls.set(event.requestId, event.request.url))
    session.on('Network.loadingFinished', event => sizes.set(event.requestId, event.encodedDataLength))
    await page.goto(path, { waitUntil: 'networkidle' })
    const rows = [...sizes].map(([id, bytes]) => `${bytes} ${new URL(urls.get(id)).pathname}`)
    const bytes = [...sizes.values()].reduce((sum, n) => sum + n, 0)
    t.diagnostic(`${path}: ${urls.size} requests, ${bytes} bytes: ${rows.join(', ')}`)
    assert.ok(bytes > 5000, 'the page was not measured')
    assert.ok(urls.size <= mostRequests, `${urls.size} requests, ${mostRequests} are allowed: ${rows.join(', ')}`)
    assert.ok(bytes <= mostBytes, `${bytes} bytes, ${mostBytes} are allowed: ${rows.join(', ')}`)
  })
}

pageTest('a second page brings no style or script over the wire again', shared, {}, async page => {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await page.goto('/', { waitUntil: 'networkidle' })
  const assets = new Set()
  const cached = new Set()
  session.on('Network.responseReceived', event => {
    if (new URL(event.response.url).pathname.startsWith('/assets/')) assets.add(event.requestId)
    if (event.response.fromDiskCache) cached.add(event.requestId)
  })
  session.on('Network.requestServedFromCache', event => cached.add(event.requestId))
  await page.goto('/case-studies', { waitUntil: 'networkidle' })
  assert.ok(assets.size >= 2, `${assets.size} assets were met`)
  assert.deepEqual([...assets].filter(id => !cached.has(id)), [])
})
