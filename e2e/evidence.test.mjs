// What a case study stands on, what it lacks, and how it is cited, with and without JavaScript.
import assert from 'node:assert/strict'

import { pageTest, screenshot, site, sound } from './harness.mjs'

const shared = site()

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'

  pageTest(`each benefit is shown with its evidence, ${how} JavaScript`, shared, { javaScriptEnabled, as: 'Amina Yusuf', expected: [/422/] }, async page => {
    const title = `Letters that arrive on the day, ${how} a stamp`
    const file = `---\nformat: grassroots/case-study/1\ntitle: ${title}\nstage: in-use\nauthors: [{name: Amina Yusuf, email: amina.yusuf@demo.nhs.uk}]\nbenefits:\n  - {measure: Time to send a letter, unit: minutes, before: 2880, after: 6}\n  - {measure: Letters that were lost, unit: a month, before: 12, after: 2}\n---\n\n## The problem\n\nLetters were late.\n`
    const token = await page.context().request.post('/api/v1/case-studies', { headers: { 'Content-Type': 'text/markdown', Origin: new URL(shared.url).origin }, data: file })
    assert.equal(token.status(), 201)
    const { slug } = await token.json()
    const address = `/case-studies/${slug}`
    await page.goto(address)
    assert.equal(await page.getByRole('cell', { name: 'No evidence given' }).count(), 2)

    await page.getByRole('link', { name: 'Edit', exact: true }).click()
    const source = page.getByRole('group', { name: 'Source 1' })
    await source.getByLabel('Kind').selectOption({ label: 'Randomised trial' })
    await source.getByLabel('Title').fill('A trial of letters')
    await source.getByText('What it supports, its source and who checked it').click()
    await source.getByLabel('Which benefit it supports').selectOption('Time to send a letter')
    await source.getByLabel(/^Authors of the source/).fill('Smith J; Patel A')
    await source.getByLabel(/^Journal or publisher/).fill('BMJ')
    await source.getByLabel(/^When it appeared/).fill('2024-05')
    await source.getByLabel(/^DOI/).fill('a number')
    await source.getByLabel(/^Who checked/).fill('Clinical audit department')
    await source.getByLabel(/^When it was checked/).fill('2026-02-11')
    await page.getByRole('button', { name: 'Publish the changes' }).click()
    await page.getByRole('link', { name: /^A DOI begins with 10/ }).waitFor()
    await sound(page, `evidence-1-wrong-${how}`)
    await source.getByLabel(/^DOI/).fill('https://doi.org/10.1136/bmj.n71')
    await page.getByRole('button', { name: 'Publish the changes' }).click()
    await page.getByText('Your changes are published.').waitFor()
    assert.equal(await page.getByRole('cell', { name: 'No evidence given' }).count(), 1)
    assert.equal(await page.getByRole('link', { name: '10.1136/bmj.n71' }).getAttribute('href'), 'https://doi.org/10.1136/bmj.n71')
    await sound(page, `evidence-2-page-${how}`)

    await page.getByRole('link', { name: 'Edit', exact: true }).click()
    const tier = page.getByRole('group', { name: 'Which tier does it fall in?' })
    await tier.getByLabel('Tier C').check()
    await page.getByRole('button', { name: 'Show what the tier asks for' }).click()
    await page.getByLabel('Whether it works', { exact: true }).selectOption('Partly')
    await page.getByText('Was data used for research? Data sets and approvals').click()
    await page.getByLabel('Name of the data set').fill('Letters of 2024')
    await page.getByLabel('How it was used').selectOption('In a secure data environment')
    await page.getByLabel('Kind of approval').selectOption('IRAS project ID')
    await page.getByLabel(/^Reference or number/).fill('312345')
    await sound(page, `evidence-5-standards-${how}`)
    await page.getByRole('button', { name: 'Publish the changes' }).click()
    await page.getByRole('heading', { name: 'NICE evidence standards: tier C' }).waitFor()
    await page.getByText('Its authors say: met in part.').waitFor()
    await page.getByText('Reference: 312345').waitFor()
    await sound(page, `evidence-6-shown-${how}`)
    await page.goto(`${address}/print`)
    await page.emulateMedia({ media: 'print' })
    await screenshot(page, `evidence-3-print-${how}`, [768])
    await page.emulateMedia({ media: 'screen' })

    await page.goto(address)
    await page.getByText('Is it still right?').click()
    await sound(page, `evidence-7-review-${how}`)
    await page.getByRole('button', { name: 'It is still right' }).click()
    await page.getByText('Thank you. The page says that it was reviewed today.').waitFor()
    await page.getByRole('link', { name: 'Cite it' }).click()
    await page.getByRole('heading', { level: 1, name: /How to cite it$/ }).waitFor()
    await page.getByText('Smith J, Patel A. A trial of letters. BMJ. 2024 May. doi: 10.1136/bmj.n71').waitFor()
    await sound(page, `evidence-4-cite-${how}`)
    const bib = await page.request.get(await page.getByRole('link', { name: 'Download all of it as BibTeX' }).getAttribute('href'))
    assert.match(await bib.text(), /@article\{grassroots-letters/)
  })
}
