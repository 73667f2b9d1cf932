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
    await signIn(page, javaScriptEnabled ? 'Amina Yusuf' : 'Grace Okafor')
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
