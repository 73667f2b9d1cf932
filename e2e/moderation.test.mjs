// Somebody reports a case study, a comment and a person; a moderator finds them in the queue, takes one and closes it; and whoever
// reported it sees what became of it. With and without JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  const words = javaScriptEnabled ? 'The second figure is of another ward.' : 'The third figure is of another year.'

  pageTest(`a report is sent, taken and closed, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    await page.goto('/')
    await signIn(page, 'Amina Yusuf')
    await page.goto(javaScriptEnabled ? '/case-studies?sort=top' : '/case-studies?sort=new')
    for (const link of await page.locator('.gr-result__title a').all()) {
      await page.goto(await link.getAttribute('href'))
      if (await page.getByRole('link', { name: 'Report it to the moderators' }).count() > 0) break
      await page.goBack()
    }
    const title = await page.getByRole('heading', { level: 1 }).textContent()
    await page.getByRole('link', { name: 'Report it to the moderators' }).click()
    await page.getByRole('heading', { level: 1, name: 'Report a case study' }).waitFor()
    await sound(page, 'moderation-1-report')
    await page.getByRole('button', { name: 'Send the report' }).click()
    await page.getByRole('link', { name: 'Choose what is wrong' }).waitFor()
    await sound(page, 'moderation-2-mend')
    await page.getByRole('radio', { name: 'Wrong or misleading' }).check()
    await page.getByLabel('Tell the moderators more').fill(words)
    await page.getByRole('button', { name: 'Send the report' }).click()
    await page.getByRole('heading', { level: 1, name: 'Your reports' }).waitFor()
    await page.getByText('Waiting for a moderator').first().waitFor()
    await sound(page, 'moderation-3-mine')

    const moderator = await open(t, shared, { javaScriptEnabled })
    await moderator.goto('/')
    await signIn(moderator, 'Farah Siddiqui')
    await moderator.goto('/moderation')
    await sound(moderator, 'moderation-4-queue')
    await moderator.getByRole('link', { name: title.trim() }).last().click()
    await moderator.getByText(words).waitFor()
    await sound(moderator, 'moderation-5-item')
    await moderator.getByRole('button', { name: 'Take it' }).click()
    await moderator.getByText('You have taken this.').waitFor()
    await moderator.getByLabel('What you say to those who reported it').fill('We asked them, and the figure holds.')
    await moderator.getByRole('button', { name: 'Close without doing anything' }).click()
    await moderator.getByText('Closed. Those who reported it see what you said.').waitFor()

    await page.goto('/me/reports')
    await page.getByText('We asked them, and the figure holds.').first().waitFor()
    await sound(page, 'moderation-6-answered')
  })
}
