// Where one is signed in, and by which programs, with many of each.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

const agents = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Linux; Android 16; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136 Safari/537'
]

async function signInElsewhere (handle, agent, network) {
  await fetch(`${shared.url}/sign-in/demo`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ handle }), headers: { 'User-Agent': agent, 'X-Forwarded-For': network }
  })
}

pageTest('sessions and tokens stand on one page, and end there', shared, {}, async (page, t) => {
  await page.goto('/')
  await signIn(page, 'Amina Yusuf')
  await page.goto('/me/sessions')
  await page.getByText('You are signed in nowhere else.').waitFor()
  await page.getByText('No program acts for you').waitFor()
  await sound(page, 'sessions-1-one')

  for (let i = 0; i < 30; i++) await signInElsewhere('amina-yusuf', agents[i % agents.length], i % 2 ? `203.0.${i}.7` : `2001:db8:${i}::7`)
  await page.goto('/me/tokens')
  await page.getByLabel('What is it for?').fill('Dashboardoftheintegratedcareboardwithoutanyspacesinitsname'.padEnd(80, 'x'))
  await page.getByRole('button', { name: 'Make the token' }).click()
  await page.getByText('Your new token').waitFor()
  await page.goto('/me/sessions')
  await page.getByText('30 other sessions').waitFor()
  await page.getByText('203.0.29.0/24').waitFor()
  await sound(page, 'sessions-2-many')
  await page.getByRole('button', { name: /^Sign out there .* number 1 in the list$/ }).click()
  await page.getByText('29 other sessions').waitFor()
  await page.getByRole('button', { name: /^Revoke/ }).click()
  await page.getByRole('alert').getByText('The token is revoked.').waitFor()
  await page.getByText('No program acts for you').waitFor()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('alert').getByText('29 sessions ended').waitFor()

  const small = await open(t, shared, { width: 320, javaScriptEnabled: false })
  await small.goto('/')
  await signIn(small, 'Amina Yusuf')
  await small.goto('/me/sessions')
  await small.getByText('1 other session').waitFor()
  await sound(small)
})
