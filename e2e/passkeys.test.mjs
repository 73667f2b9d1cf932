// Making, using and removing a passkey, with the authenticator that the browser plays for tests.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { freePort, startServer } from './server.mjs'

// Browsers have no passkeys for addresses that are numbers.
const shared = site(async () => {
  const port = await freePort()
  return startServer({ settings: { GRASSROOTS_ADDR: `127.0.0.1:${port}`, GRASSROOTS_BASE_URL: `http://localhost:${port}` } })
})

async function withAuthenticator (page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
  })
}

pageTest('a passkey is made, signs in, and is removed', shared, { expected: [/422 .*passkey/] }, async page => {
  await withAuthenticator(page)
  await page.goto('/')
  await signIn(page, 'Amina Yusuf')
  await page.goto('/me/passkeys')
  await sound(page, 'passkeys-1-none')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('alert').getByText('Say where the passkey is').waitFor()
  await page.getByLabel('Where is it?').fill('My work phone')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('alert').getByText('The passkey is added.').waitFor()
  await page.getByRole('heading', { name: 'My work phone' }).waitFor()
  await sound(page, 'passkeys-2-one')
  // The device has one already.
  await page.getByLabel('Where is it?').fill('The same phone')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('has one for this site already').waitFor()

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.goto('/sign-in?next=/me/passkeys')
  await sound(page, 'passkeys-3-sign-in')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('alert').getByText('You are signed in as Amina Yusuf.').waitFor()
  await page.getByText('Last used').waitFor()
  await page.getByText('Rename My work phone').click()
  await page.getByLabel('New name').fill('')
  await page.getByRole('button', { name: 'Save the name of My work phone' }).click()
  await page.getByRole('alert').getByText('Say where the passkey is').waitFor()
  await page.getByLabel('New name').fill('My old phone')
  await sound(page, 'passkeys-4-rename')
  await page.getByRole('button', { name: 'Save the name of My work phone' }).click()
  await page.getByRole('alert').getByText('The passkey has its new name.').waitFor()
  await page.getByRole('button', { name: 'Remove the passkey My old phone' }).click()
  await page.getByRole('alert').getByText('The passkey is removed.').waitFor()

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('alert').getByText('That passkey does not sign anybody in here').waitFor()
})

pageTest('without JavaScript the pages say what to do in place of a passkey', shared, { javaScriptEnabled: false }, async (page, t) => {
  await page.goto('/sign-in')
  await page.getByText('Passkeys need JavaScript. Without it, sign in in another way.').waitFor()
  await sound(page)
  await signIn(page, 'Beth Crowther')
  await page.goto('/me/passkeys')
  await page.getByText('Adding a passkey needs JavaScript.').waitFor()
  await sound(page)
  const other = await open(t, shared, { width: 320 })
  await other.goto('/sign-in')
  await sound(other)
})
