// Somebody follows a system and a case study, is told what is new, and reads it; and a moderator merges two case studies and takes it
// back. With and without JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

/** Opens the notifications until there are some: they are told by a job. */
async function told(page, text) {
  const until = Date.now() + 20_000
  do {
    await page.goto('/me/notifications')
    if (await page.getByText(text).count() > 0) return
  } while (Date.now() < until)
  throw new Error(`nobody was told “${text}”`)
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`what is new is followed and told, ${how} JavaScript`, shared, { javaScriptEnabled }, async (page, t) => {
    const follower = await open(t, shared, { javaScriptEnabled })
    await follower.goto('/')
    await signIn(follower, 'Farah Siddiqui')
    await follower.goto('/people/amina-yusuf')
    await follower.getByRole('link', { name: 'Follow Amina Yusuf' }).click()
    await follower.getByRole('heading', { level: 1, name: /Follow Amina Yusuf|You follow Amina Yusuf/ }).waitFor()
    await sound(follower, 'notifications-1-follow')
    if (await follower.getByRole('button', { name: 'Follow Amina Yusuf' }).count() > 0) {
      await follower.getByRole('button', { name: 'Follow Amina Yusuf' }).click()
      await follower.getByText('You follow Amina Yusuf now.').waitFor()
    }
    await follower.goto('/me/following')
    await sound(follower, 'notifications-2-following')

    const title = `Letters that nobody types, ${how} a script`
    await page.goto('/')
    await signIn(page, 'Amina Yusuf')
    await page.goto('/case-studies/new')
    await page.getByLabel('Title').fill(title)
    await page.locator('[name=section_problem]').fill('They are typed twice.')
    await page.getByRole('button', { name: /^Post/ }).first().click()
    await page.getByText('It is posted.').waitFor()
    const address = page.url()

    await told(follower, title)
    await sound(follower, 'notifications-3-list')
    await follower.getByRole('link', { name: title }).first().click()
    await follower.waitForURL(address)
    await follower.getByRole('button', { name: `Follow ${title}` }).click()
    await follower.getByText(`You follow ${title} now.`).waitFor()
    await sound(follower, 'notifications-4-case-study')
    await follower.goto('/me/notifications')
    if (await follower.getByRole('button', { name: 'Mark all as read' }).count() > 0) {
      await follower.getByRole('button', { name: 'Mark all as read' }).click()
      await follower.getByText('All of them are marked as read.').waitFor()
    }
  })

  pageTest(`two case studies are merged and taken apart, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async page => {
    await page.goto('/')
    await signIn(page, 'Farah Siddiqui')
    await page.goto('/case-studies?q=discharge')
    const links = await page.locator('.gr-result__title a').evaluateAll(all => all.map(a => a.href))
    await page.goto(links[0])
    const title = (await page.getByRole('heading', { level: 1 }).textContent()).trim()
    await page.getByRole('link', { name: 'Merge it into another' }).click()
    await page.getByText('Which case study stays?').waitFor()
    await sound(page, 'merge-1-choose')
    await page.locator('[name=address], [name=into][type=text]').last().fill(links[1])
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'What will happen' }).waitFor()
    await sound(page, 'merge-2-review')
    await page.getByRole('button', { name: 'Merge' }).click()
    await page.getByRole('link', { name: 'Say why, in a sentence or two' }).waitFor()
    await sound(page, 'merge-3-mend')
    await page.getByLabel('Why').fill('Both are about the same letters.')
    await page.getByRole('button', { name: 'Merge' }).click()
    await page.getByText('is part of this case study now').waitFor()
    await sound(page, 'merge-4-done')
    await page.goto(links[0])
    await page.getByText('Part of another case study').waitFor()
    await sound(page, 'merge-5-part')
    await page.getByRole('button', { name: 'Take the merge back' }).click()
    await page.getByText('The merge is taken back').waitFor()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
  })
}
