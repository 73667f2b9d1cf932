// Where a moderator looks first: somebody new posts an idea, a comment and an adoption, nobody else sees them, a moderator finds them
// in the queue, shows one and hides the others for a reason, and whoever posted them sees what became of each. With and without
// JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer({ settings: { GRASSROOTS_FIRST_LOOK: 'true', GRASSROOTS_LIMITS_OFF: 'false' } }))

/** Signs somebody in who was never here: by a link to their address, which the program prints where no mail server is set. */
async function join (page, email, name) {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'Send me a link' }).click()
  const links = () => shared.server.printed.match(/\/sign-in\/link\/\S+/g) ?? []
  const before = joined.length
  while (links().length <= before) await page.waitForTimeout(100)
  joined.push(email)
  await page.goto(links().at(-1))
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.goto('/me/settings')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Organisation').first().fill('RWY')
  await page.getByRole('button', { name: /^Save/ }).click()
}
const joined = []

async function queued (moderator, what) {
  await moderator.goto('/moderation')
  await moderator.getByRole('link', { name: what }).click()
  await moderator.getByText('What a new account has posted').waitFor()
}

for (const javaScriptEnabled of [true, false]) {
  const title = javaScriptEnabled ? 'Drip stands on a map' : 'Drip stands in a book'
  const name = javaScriptEnabled ? 'Newt Newcomer' : 'Nell Newcomer'

  pageTest(`what a new account posts waits for a first look, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/410/, /404/] }, async (page, t) => {
    await join(page, `${name.split(' ')[0].toLowerCase()}@nhs.net`, name)
    await page.goto('/case-studies/new')
    await page.getByLabel('Title', { exact: true }).fill(title)
    await page.getByLabel('What is the problem?').fill('Nobody finds them.')
    await page.getByRole('button', { name: 'Post idea' }).click()
    await page.getByText('Waiting for a moderator').waitFor()
    await sound(page, 'firstlook-1-idea')
    const idea = new URL(page.url()).pathname

    await page.goto(javaScriptEnabled ? '/case-studies?sort=top' : '/case-studies?sort=discussed')
    await page.locator('.gr-result__title a').nth(javaScriptEnabled ? 0 : 3).click()
    const other = new URL(page.url()).pathname
    const title2 = (await page.getByRole('heading', { level: 1 }).textContent()).trim()
    await page.getByRole('radio', { name: 'Experience' }).check()
    await page.getByLabel('Your comment').fill('Buy our drip stands.')
    await page.getByRole('button', { name: 'Post comment' }).click()
    await page.getByText('it waits for a moderator').first().waitFor()
    await sound(page, 'firstlook-2-comment')
    await page.goto(other + '/adopt')
    await page.getByRole('radio', { name: 'Trying it' }).check()
    await page.getByLabel('What came of it').fill('Fewer walks.')
    await page.getByRole('button', { name: 'Tell everybody' }).click()
    await page.getByText('a moderator looks at it before others see it').waitFor()
    await page.getByText('Waiting for a moderator').waitFor()
    await sound(page, 'firstlook-3-adoption')

    const reader = await open(t, shared, { javaScriptEnabled, expected: [/410/, /404/] })
    await reader.goto(idea)
    await reader.getByText('or has still to look at it').waitFor()
    await sound(reader, 'firstlook-4-reader')
    await reader.goto(other)
    await reader.getByText('A moderator has hidden this comment, or has still to look at it.').waitFor()

    const moderator = await open(t, shared, { javaScriptEnabled })
    await moderator.goto('/')
    await signIn(moderator, 'Farah Siddiqui')
    await moderator.goto('/moderation')
    await sound(moderator, 'firstlook-5-queue')
    await queued(moderator, title)
    await sound(moderator, 'firstlook-6-item')
    await moderator.getByRole('button', { name: 'Let others see it' }).click()
    await moderator.getByText('Others can see it now, and its author is told.').waitFor()
    for (const [what, words] of [[`A comment on “${title2}”`, 'This is an advertisement.'], [`What an organisation says of “${title2}”`, 'Say what you tried.']]) {
      await queued(moderator, what)
      await moderator.getByRole('link', { name: 'Do something about it' }).click()
      await moderator.getByRole('radio', { name: 'Hide it' }).check()
      await moderator.getByRole('radio', { name: 'Spam or advertising' }).check()
      await moderator.getByLabel('What you say to its author').fill(words)
      await moderator.getByRole('button', { name: 'Continue' }).click()
      await moderator.getByRole('button', { name: 'Hide it' }).click()
      await moderator.getByText('Done. They see why').waitFor()
    }
    await moderator.goto('/moderation')
    await moderator.getByText('Nothing is waiting').first().waitFor()

    await reader.goto(idea)
    await reader.getByRole('heading', { level: 1, name: title }).waitFor()
    await page.goto('/me/moderation')
    await page.getByText('This is an advertisement.').waitFor()
    await page.getByText('Say what you tried.').waitFor()
    await sound(page, 'firstlook-7-mine')
    await page.goto(other + '/adoptions/RWY')
    await page.getByText('Hidden by a moderator').waitFor()
    await sound(page, 'firstlook-8-hidden')
  })
}
