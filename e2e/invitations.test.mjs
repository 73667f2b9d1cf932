// An organiser looks at whom a list would invite, invites them, and has them reminded; a lead reads that their organisation is
// invited. With and without JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()
const at = '/campaigns/release-time-to-care-show-us-what-you-joined-up'

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`people are invited to a campaign, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    await page.goto('/campaigns')
    await signIn(page, 'Priya Nair')
    await page.goto(`${at}/invitations`)
    const list = page.getByLabel('People and organisations')
    await list.fill(`invited.${how}@nhs.net\nno such place`)
    await page.getByRole('button', { name: 'Check whom this invites' }).click()
    await page.getByRole('link', { name: 'line 2: “no such place” is no organisation here' }).waitFor()
    await sound(page, 'invitations-1-wrong')
    await list.fill(`invited.${how}@nhs.net\n${javaScriptEnabled ? 'RR8' : '@grace-okafor'}`)
    await page.getByRole('button', { name: 'Check whom this invites' }).click()
    await page.getByText('1 address without an account gets an e-mail').waitFor()
    await sound(page, 'invitations-2-preview')
    await page.getByRole('button', { name: 'Invite them' }).click()
    await page.getByText('are sent within minutes').waitFor()
    await page.getByText(`invited.${how}@nhs.net`).waitFor()
    await page.getByLabel('First reminder, days before entries close').fill('5')
    await page.getByRole('button', { name: 'Save the reminders' }).click()
    await page.getByText('The reminders are saved.').waitFor()
    await sound(page, 'invitations-3-list')

    if (javaScriptEnabled) {
      const lead = await open(t, shared, { javaScriptEnabled })
      await lead.goto('/organisations/RR8')
      await signIn(lead, 'Amina Yusuf')
      await lead.goto('/organisations/RR8')
      await lead.getByText('Your organisation is invited').waitFor()
      await sound(lead, 'invitations-4-organisation')
    }
  })
}
