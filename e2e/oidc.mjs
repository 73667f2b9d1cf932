// A real OpenID provider for tests, of the package oidc-provider. By itself, `node oidc.mjs` reads its settings as JSON from
// OIDC_PROVIDER, prints its address and serves until its standard input ends.
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

import Provider from 'oidc-provider'

/** The version of the package, for the table of servers that took part. */
export const version = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('oidc-provider/package.json'), 'utf8')).version

const scopes = 'openid profile email work'
const page = (title, body) => `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>`

/**
 * Starts a provider on a free port of this machine. Of its clients the redirect addresses and the like are given; of its
 * accounts, by subject, the claims, and as `acr` and `amr` how they sign in.
 */
export async function startProvider ({ clients, accounts }) {
  const server = createServer()
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(url, {
    clients,
    scopes: scopes.split(' '),
    claims: { openid: ['sub', 'acr', 'amr', 'sid'], profile: ['name', 'given_name', 'family_name'], email: ['email', 'email_verified'], work: ['work'] },
    acrValues: ['mfa', 'password'],
    cookies: { keys: ['for tests alone'] },
    // Its own guard would refuse to tell this machine that somebody has signed out.
    fetch: (address, { dispatcher, ...options }) => fetch(address, options),
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => { ctx.body = page('Sign out', `${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`) },
        postLogoutSuccessSource: ctx => { ctx.body = page('Signed out', '<p>You are signed out of the test provider.</p>') }
      },
      backchannelLogout: { enabled: true }
    },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (ctx, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id].claims }) },
    loadExistingGrant: async ctx => {
      const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
      grant.addOIDCScope(scopes)
      await grant.save()
      return grant
    }
  })
  provider.on('backchannel.error', (ctx, error) => console.error('backchannel', error))
  const answer = provider.callback()
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url, url)
    if (!pathname.startsWith('/interaction/')) return answer(request, response)
    interact(provider, accounts, request, response).catch(error => {
      response.statusCode = 500
      response.end(String(error))
    })
  })
  return { url, stop: () => { server.closeAllConnections(); return new Promise(resolve => server.close(resolve)) } }
}

/** Asks who somebody is, and believes them. */
async function interact (provider, accounts, request, response) {
  const interaction = await provider.interactionDetails(request, response)
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(page('Test provider', `<form method="post" action="/interaction/${interaction.uid}"><label>Account <input name="account"></label> <button>Sign in</button></form>`))
    return
  }
  let body = ''
  for await (const chunk of request) body += chunk
  const accountId = new URLSearchParams(body).get('account')
  const account = accounts[accountId]
  const result = account
    ? { login: { accountId, acr: account.acr, amr: account.amr } }
    : { error: 'access_denied', error_description: 'there is no such account' }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = await startProvider(JSON.parse(process.env.OIDC_PROVIDER))
  console.log(`provider ${version} at ${started.url}`)
  process.stdin.resume()
  process.stdin.on('end', () => process.exit(0))
}
