// A person begins a collection with a case study, puts a second into it, orders them, says for whom it is and prints it; somebody who
// is not signed in reads it. With and without JavaScript.
import assert from 'node:assert/strict'

import { page as open, pageTest, site, sound } from './harness.mjs'
import { signIn } from './people.mjs'
import { startServer } from './server.mjs'

const shared = site(() => startServer())

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'
  const name = `Where to begin ${how} letters`

  pageTest(`case studies are put together, ordered and shared, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    await page.goto('/case-studies')
    await signIn(page, javaScriptEnabled ? 'Beth Crowther' : 'Daniel Marsh')
    const titles = []
    for (const n of [0, 1]) {
      await page.goto('/case-studies')
      const link = page.locator('.gr-result__title a').nth(n)
      titles.push((await link.innerText()).trim())
      await link.click()
      await page.getByRole('link', { name: 'Add to a collection' }).click()
      if (n === 0) {
        await page.getByRole('button', { name: 'Add it' }).click()
        await page.getByRole('link', { name: /^Enter what it is called/ }).click()
        await sound(page, 'collections-1-collect')
        await page.getByLabel('Title of the new collection').fill(name)
      } else {
        await page.getByLabel('Collection', { exact: true }).selectOption({ label: name })
      }
      await page.getByLabel('Why read it').fill(`The reason ${n + 1}.`)
      await page.getByRole('button', { name: 'Add it' }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
    }
    assert.deepEqual(await page.locator('.gr-result__title').allInnerTexts(), titles)
    await page.getByRole('button', { name: `Up ${titles[1]}` }).click()
    await page.getByRole('button', { name: `Up ${titles[0]}` }).waitFor()
    assert.deepEqual(await page.locator('.gr-result__title').allInnerTexts(), [titles[1], titles[0]])
    await sound(page, 'collections-2-own')
    await page.getByRole('link', { name: `Note, place, remove ${titles[0]}` }).click()
    await page.getByLabel('Place').fill('1')
    await page.getByLabel('Why read it').fill('Another reason.')
    await sound(page, 'collections-3-item')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Another reason.').waitFor()
    assert.deepEqual(await page.locator('.gr-result__title').allInnerTexts(), titles)
    await page.getByRole('link', { name: 'Change it' }).click()
    await page.getByLabel('What it is for').fill('For **new** colleagues.')
    await page.getByRole('radio', { name: 'Everybody', exact: true }).check()
    await page.getByLabel('Reading list for a staff group').selectOption('Students')
    await sound(page, 'collections-4-form')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('The collection is saved').waitFor()

    const reader = await open(t, shared, { javaScriptEnabled })
    await reader.goto('/')
    await reader.goto('/collections?staff_group=Students')
    await sound(reader, 'collections-5-list')
    await reader.getByRole('link', { name }).click()
    await reader.getByText('Another reason.').waitFor()
    await sound(reader, 'collections-6-read')
    await reader.getByRole('link', { name: 'Print' }).click()
    await reader.getByText('Another reason.').waitFor()
    await sound(reader, 'collections-7-print')
  })
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`two look after a collection, and a third copies it, ${how} JavaScript`, shared, { javaScriptEnabled, expected: [/422/] }, async (page, t) => {
    const name = `Looked after ${how}`
    const [owner, handle, editor, copier] = javaScriptEnabled ? ['Tomos Rees', 'eilidh-mackay', 'Eilidh Mackay', 'Leo Tran'] : ['Kwame Boateng', 'ravi-menon', 'Ravi Menon', 'Marcus Adeyemi']
    await page.goto('/collections')
    await signIn(page, owner)
    await page.goto('/collections/new')
    await page.getByLabel('Title').fill(name)
    await page.getByRole('button', { name: 'Begin the collection' }).click()
    await page.getByLabel('Address of the case study').fill('/case-studies/leeds-care-record-one-read-only-record-for-a-city-built-in-house')
    await page.getByRole('button', { name: 'Add it' }).click()
    await page.getByText('It is in the collection').waitFor()
    await page.getByRole('link', { name: 'Editors' }).click()
    await page.getByRole('button', { name: 'Ask them' }).click()
    await page.getByRole('link', { name: /^Enter the handle/ }).click()
    await page.getByLabel('Ask a colleague').fill(handle)
    await page.getByRole('button', { name: 'Ask them' }).click()
    await page.getByText('has not answered').waitFor()
    await sound(page, 'collections-8-editors')

    const second = await open(t, shared, { javaScriptEnabled })
    await second.goto('/collections')
    await signIn(second, editor)
    await second.goto('/me/notifications')
    await second.getByRole('link', { name }).click()
    await second.getByText('You are asked to look after this collection').waitFor()
    await sound(second, 'collections-9-invited')
    await second.getByRole('button', { name: 'Accept' }).click()
    await second.getByRole('link', { name: 'Change it' }).waitFor()

    const third = await open(t, shared, { javaScriptEnabled })
    await third.goto('/collections?q=after')
    await signIn(third, copier)
    await third.goto('/collections?q=after')
    await third.getByRole('link', { name }).click()
    await third.getByRole('button', { name: 'Make a copy of my own' }).click()
    await third.getByText('Copied from').waitFor()
    await sound(third, 'collections-10-copy')
    await third.getByRole('link', { name, exact: true }).click()
    await third.getByText('1 copy').waitFor()
  })
}

pageTest('what others learnt is found by topic and on the page of a system', shared, {}, async page => {
  await page.goto('/learning-points')
  await sound(page, 'learning-1-all')
  await page.getByText('By system', { exact: true }).click()
  await page.locator('details[open] a').first().click()
  await page.getByRole('link', { name: /^Take away System/ }).waitFor()
  await sound(page, 'learning-2-topic')
  await page.goto('/systems/ppm-plus')
  if (await page.getByRole('heading', { name: 'What others learnt' }).count() === 0) await page.goto('/standards/gp-connect')
  await sound(page, 'learning-3-term')
})
