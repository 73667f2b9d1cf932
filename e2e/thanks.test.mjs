// Somebody thanks those who did what a case study describes, and one of them sees it, takes it off their page and prints what they
// contributed. With and without JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer())

for (const javaScriptEnabled of [true, false]) {
  const words = javaScriptEnabled ? 'It spared us a month.' : 'It spared us a year.'
  pageTest(`those who did something are thanked, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    await page.goto('/people/amina-yusuf')
    await page.locator('.gr-result__title a').first().click()
    const title = (await page.getByRole('heading', { level: 1 }).textContent()).trim()
    await signIn(page, javaScriptEnabled ? 'Beth Crowther' : 'Grace Okafor')
    await page.getByRole('link', { name: 'Say thanks to those who did it' }).click()
    await page.getByRole('radio', { name: 'Something else' }).check()
    await page.getByRole('button', { name: 'Say thanks' }).click()
    await page.getByRole('link', { name: 'Say what you thank them for' }).click()
    await page.getByLabel('In your words').fill(words)
    await sound(page, 'thanks-1-form')
    await page.getByRole('button', { name: 'Say thanks' }).click()
    await page.getByText('They are told that you thank them').waitFor()

    const author = await open(t, shared, { javaScriptEnabled })
    await author.goto('/')
    await signIn(author, 'Amina Yusuf')
    await author.goto('/me/notifications')
    await author.getByRole('link', { name: title }).first().click()
    await author.getByText(words).waitFor()
    await sound(author, 'thanks-2-list')
    await author.goto('/people/amina-yusuf')
    await author.getByText(words).waitFor()
    await sound(author, 'thanks-3-profile')
    await author.goto('/me/contributions')
    await author.getByText(words).waitFor()
    await sound(author, 'thanks-4-contributions')
    await author.goto('/me/thanks')
    await author.getByRole('button', { name: 'Take it off your page' }).first().click()
    await author.getByText('It is not on your page any more').waitFor()
    await page.goto('/people/amina-yusuf')
    await page.getByRole('heading', { name: 'Recent comments' }).waitFor()
    if (await page.getByText(words).count() > 0) throw new Error('it is still on the page')
  })
}
