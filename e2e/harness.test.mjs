// The checks of the harness have to be able to fail.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { axe, noConsoleErrors, noForeignRequests, noHorizontalScroll, page, site } from './harness.mjs'

const shared = site()

const document = body => `<!doctype html><html lang="en"><title>Test</title><body><main><h1>Test</h1>${body}</main></body></html>`

/** Shows a page of the test's own in place of one of the server's. */
async function show (t, body, options) {
  const opened = await page(t, shared, options)
  await opened.route('**/made-up', route => route.fulfill({ contentType: 'text/html', body: document(body) }))
  await opened.goto('/made-up')
  return opened
}

for (const javaScriptEnabled of [true, false]) {
  test(`axe finds a field without a name, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async t => {
    const opened = await show(t, '<input type="text">', { javaScriptEnabled })
    await assert.rejects(axe(opened), /label: Form elements must have labels/)
  })
  test(`axe finds nothing on a page that has nothing wrong, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async t => {
    await axe(await show(t, '<label>Name <input type="text"></label>', { javaScriptEnabled }))
  })
}

test('a page that is too wide is found', async t => {
  await assert.rejects(noHorizontalScroll(await show(t, '<p style="width: 2000px">Wide</p>')), /2000px|wide in a window/)
  await noHorizontalScroll(await show(t, '<p>Narrow</p>'))
})

test('an error on the console is found, unless it is expected', async t => {
  const opened = await show(t, '<script>console.error("oh no")</script>')
  assert.throws(() => noConsoleErrors(opened), /oh no/)
  opened.expected.push(/oh no/)
  noConsoleErrors(opened)
})

test('a fault of a script is found', async t => {
  const opened = await show(t, '<script>nothing.here()</script>')
  assert.throws(() => noConsoleErrors(opened), /nothing is not defined/)
})

test('a request to another host is found', async t => {
  const opened = await show(t, '<img alt="" src="http://127.0.0.1:9/x.png">')
  assert.throws(() => noForeignRequests(opened), /127\.0\.0\.1:9/)
})
