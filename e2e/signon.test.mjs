// Signing in and out through a real OpenID provider, as a member of staff does it, with and without JavaScript.
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { after } from 'node:test'

import { pageTest, site, sound } from './harness.mjs'
import { startProvider, version } from './oidc.mjs'
import { freePort, startServer } from './server.mjs'

const secret = 'a secret of the client and the provider'
let provider

const shared = site(async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  provider = await startProvider({
    clients: [{
      client_id: 'grassroots', client_secret: secret, redirect_uris: [`${url}/sign-in/provider/callback`], post_logout_redirect_uris: [`${url}/sign-out`],
      backchannel_logout_uri: `${url}/sign-in/provider/logout`, backchannel_logout_session_required: true
    }],
    accounts: {
      jane: { acr: 'mfa', amr: ['mfa'], claims: { name: 'Jane Smith', email: 'jane.smith@nhs.net', email_verified: true } },
      wes: { acr: 'password', amr: ['pwd'], claims: { name: 'Wes Weak', email: 'wes@nhs.net', email_verified: true } }
    }
  })
  if (process.env.GRASSROOTS_TEST_SERVERS) appendFileSync(process.env.GRASSROOTS_TEST_SERVERS, `SERVER oidc: oidc-provider ${version} took part\n`)
  return startServer({
    settings: {
      GRASSROOTS_DEMO: '', GRASSROOTS_ADDR: `127.0.0.1:${port}`, GRASSROOTS_OIDC_ISSUER: provider.url, GRASSROOTS_OIDC_CLIENT_ID: 'grassroots',
      GRASSROOTS_OIDC_CLIENT_SECRET: secret, GRASSROOTS_OIDC_NAME: 'Test Trust', GRASSROOTS_OIDC_AMR: 'mfa'
    }
  })
})
after(() => provider?.stop())

/** The provider is another host, and the one that may be asked. */
const forgiveProvider = page => { page.seen.foreign = page.seen.foreign.filter(url => !url.startsWith(provider.url)) }

async function signInAs (page, account) {
  await page.getByRole('button', { name: 'Sign in with Test Trust' }).click()
  await page.getByLabel('Account').fill(account)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

for (const javaScriptEnabled of [true, false]) {
  pageTest(`somebody signs in and out through the provider ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled }, async page => {
    await page.goto('/me/tokens')
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await sound(page, 'signon-1-sign-in')
    await signInAs(page, 'jane')
    if (javaScriptEnabled) { // the first time
      await page.getByRole('heading', { level: 1, name: /^Three questions/ }).waitFor()
      assert.equal(await page.getByLabel('Is this your name').inputValue(), 'Jane Smith')
      await page.getByRole('button', { name: 'Save and go on' }).click()
    }
    await page.getByRole('heading', { level: 1, name: 'API tokens' }).waitFor()
    await page.goto('/me/sessions')
    await page.getByText('by single sign-on').first().waitFor()
    forgiveProvider(page)
    await sound(page, 'signon-2-sessions')

    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('button', { name: 'Yes, sign me out' }).click()
    await page.getByRole('alert').getByText('You are signed out.').waitFor()
    assert.equal(new URL(page.url()).origin, shared.url)
    await page.goto('/me')
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    // The next person at this computer is asked who they are.
    await page.getByRole('button', { name: 'Sign in with Test Trust' }).click()
    await page.getByLabel('Account').waitFor()
    forgiveProvider(page)
  })
}

pageTest('a sign-in that is not strong enough is refused', shared, { expected: [/403 .*callback/] }, async page => {
  await page.goto('/sign-in')
  await signInAs(page, 'wes')
  await page.getByRole('heading', { level: 1, name: 'You are not signed in' }).waitFor()
  await page.getByText('stronger sign-in').waitFor()
  forgiveProvider(page)
  await sound(page, 'signon-3-refused')
})

pageTest('signing out at the provider signs out here', shared, {}, async (page, t) => {
  await page.goto('/sign-in')
  await signInAs(page, 'jane')
  await page.getByRole('alert').getByText('You are signed in as Jane Smith.').waitFor()
  await page.goto(`${provider.url}/session/end`)
  await page.getByRole('button', { name: 'Yes, sign me out' }).click()
  await page.waitForURL(/session\/end\/success/)
  await page.goto('/me')
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  forgiveProvider(page)
})
