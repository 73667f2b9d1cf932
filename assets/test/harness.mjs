// What the tests of the behaviours share: a real browser, and a server that serves the built script under the content
// security policy of the real one, with pages and answers that each test makes up.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'

import { browserPath } from '../../e2e/browserpath.mjs'

const manifest = new URL('../dist/manifest.json', import.meta.url)

/** Why these tests cannot run here, or false. In CI it is an error. */
export const cannotRun = (() => {
  let why = ''
  if (!existsSync(manifest)) why = 'the assets have not been built: run `make assets`'
  else if (!browserPath()) why = 'no Chromium was found'
  else {
    try {
      createRequire(new URL('../../e2e/package.json', import.meta.url)).resolve('playwright-core')
    } catch {
      why = 'the browser driver is not installed: run `make setup`'
    }
  }
  if (why && (process.env.CI === 'true' || process.env.CI === '1')) throw new Error(why)
  return why || false
})()

/** Starts the browser. */
export async function launch () {
  const { chromium } = createRequire(new URL('../../e2e/package.json', import.meta.url))('playwright-core')
  return chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu'] })
}

/** Serves the script, and whatever the routes of a test say, on a free port. */
export async function serve () {
  const names = JSON.parse(readFileSync(manifest, 'utf8'))
  const script = readFileSync(new URL(`../dist/${names['app.js']}`, import.meta.url))
  const routes = new Map()
  const requests = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const url = new URL(request.url, 'http://localhost')
    const asked = { method: request.method, path: url.pathname, query: url.searchParams, headers: request.headers, form: new URLSearchParams(body) }
    if (url.pathname === '/app.js') return response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script)
    requests.push(asked)
    const route = routes.get(url.pathname)
    if (!route) return response.writeHead(404).end()
    const { status = 200, type = 'text/html; charset=utf-8', headers = {}, text = '', json } = await route(asked)
    response.writeHead(status, {
      'Content-Type': json ? 'application/json' : type,
      'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'",
      ...headers
    }).end(json ? JSON.stringify(json) : text)
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    requests,
    routes,
    /** Answers a path with a page that has the script. */
    page (path, body) {
      routes.set(path, () => ({ text: `<!DOCTYPE html><html lang="en"><title>${path}</title><body>${body}<script type="module" src="/app.js"></script></body></html>` }))
    },
    answer (path, answer) {
      routes.set(path, typeof answer === 'function' ? answer : () => answer)
    },
    /** What was asked of a path so far. */
    asked (path) {
      return requests.filter(r => r.path === path)
    },
    close () {
      server.closeAllConnections()
      server.close()
    }
  }
}

/** Waits until a condition holds, or fails. */
export async function until (what, condition, ms = 5000) {
  const end = Date.now() + ms
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
