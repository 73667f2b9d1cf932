// How somebody is found by what they know, and asked in private: a lead looks for who knows a system, asks the team of a case study
// and a person, gets an answer from the one and is declined by the other, and reports a message. With and without JavaScript.
import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'

const shared = site()

const study = '/case-studies/tell-the-district-nurse-when-her-patient-is-admitted' // of Grace Okafor

async function as (t, name, javaScriptEnabled) {
  const page = await open(t, shared, { javaScriptEnabled })
  await page.goto('/privacy')
  await signIn(page, name)
  return page
}

for (const javaScriptEnabled of [true, false]) {
  const words = javaScriptEnabled ? 'How did the ward come to send it' : 'Who paid for it'

  pageTest(`people are found by what they know, and asked, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    await page.goto('/privacy')
    await signIn(page, 'Beth Crowther')
    await page.goto('/me/expertise')
    await page.getByRole('heading', { level: 1, name: 'What you know' }).waitFor()
    await sound(page, 'experts-1-form')
    await page.goto('/people?need=' + encodeURIComponent('somebody who knows PPM+ in an acute trust'))
    await page.getByRole('link', { name: 'Amina Yusuf' }).first().waitFor()
    await sound(page, 'experts-2-found')

    await page.goto(study)
    await page.getByRole('link', { name: 'Ask the team' }).click()
    await page.getByRole('heading', { level: 1, name: 'Ask the team' }).waitFor()
    await sound(page, 'experts-3-ask')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('alert').getByText('Write your message').first().waitFor()
    await sound(page, 'experts-3-refused')
    await page.getByRole('textbox', { name: 'Your message' }).fill(`${words}? We would like to do the same next spring.`)
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('It is sent. You are told when somebody answers.').waitFor()
    await sound(page, 'experts-4-sent')
    const asked = new URL(page.url()).pathname

    const grace = await as(t, 'Grace Okafor', javaScriptEnabled)
    await grace.goto('/me/conversations')
    await grace.getByRole('heading', { name: 'Waiting for an answer from you' }).waitFor()
    await sound(grace, 'experts-5-waiting')
    await grace.locator(`a[href="${asked}"]`).first().click()
    await grace.getByText(words).waitFor()
    await grace.getByRole('link', { name: /^Report/ }).first().click()
    await grace.getByRole('heading', { level: 1, name: 'Report a message' }).waitFor()
    await sound(grace, 'experts-6-report')
    await grace.goto(asked)
    await grace.getByRole('textbox', { name: 'Your message' }).fill('By one message from the whiteboard. Come and see it.')
    await grace.getByRole('button', { name: 'Send' }).click()
    await grace.getByText('It is sent.').waitFor()
    await sound(grace, 'experts-7-answered')

    await page.goto('/me/notifications')
    await page.getByText('Grace Okafor').first().waitFor()
    await sound(page, 'experts-8-told')
    await page.goto(asked)
    await page.getByText('By one message from the whiteboard.').waitFor()

    // Nobody else reads it, whatever their role.
    const farah = await as(t, 'Farah Siddiqui', javaScriptEnabled)
    farah.expected.push(/404/)
    await farah.goto(asked)
    await farah.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor()

    // A person who knows something can decline.
    await page.goto('/people/amina-yusuf')
    await sound(page, 'experts-9-profile')
    await page.getByRole('link', { name: 'Ask Amina Yusuf' }).click()
    await page.getByRole('radio', { name: 'A visit' }).check()
    await page.getByRole('textbox', { name: 'Your message' }).fill('May two of us see your discharge board in May?')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('It is sent. You are told when somebody answers.').waitFor()
    const visit = new URL(page.url()).pathname
    const amina = await as(t, 'Amina Yusuf', javaScriptEnabled)
    await amina.goto(visit)
    await amina.getByRole('button', { name: 'Decline' }).click()
    await amina.getByText('It is declined.').waitFor()
    await page.goto('/me/conversations')
    await page.getByText('Declined').first().waitFor()
    await sound(page, 'experts-10-declined')
  })
}
