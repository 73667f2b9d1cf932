// Each behaviour in a real browser against a server whose answers the test decides.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'

import { cannotRun, launch, serve, until } from './harness.mjs'

describe('behaviours', { skip: cannotRun }, () => {
  let browser, site, page, faults

  before(async () => { browser = await launch() })
  after(async () => { await browser?.close() })
  beforeEach(async t => {
    site = await serve()
    const context = await browser.newContext()
    page = await context.newPage()
    faults = []
    page.on('pageerror', error => faults.push(String(error)))
    page.on('console', message => { if (/Content Security Policy|Refused/.test(message.text())) faults.push(message.text()) })
  })

  /** Runs one test and then holds that the page had no fault. */
  const check = (name, fn) => test(name, async () => {
    try {
      await fn()
      assert.deepEqual(faults, [])
    } finally {
      await page.context().close()
      site.close()
    }
  })
  const text = selector => page.textContent(selector)

  describe('autosave', () => {
    const form = `<form action="/post" method="post" data-autosave="/me/drafts/1">
      <input type="hidden" name="version" value="1"><input name="title" aria-label="Title"><input type="file" name="files" aria-label="Files">
      <button>Post</button><p data-autosave-status role="status"></p></form>`
    const saved = asked => ({ json: { version: Number(asked.form.get('version')) + 1, saved_at: '2026-07-01T13:02:00Z' } })

    check('saves once after a pause, and says when in London', async () => {
      site.page('/', form)
      site.answer('/me/drafts/1', saved)
      await page.clock.install()
      await page.goto(site.base)
      await page.fill('[name=title]', 'Dis')
      await page.clock.runFor(1000)
      await page.fill('[name=title]', 'Discharge')
      await page.clock.runFor(1400)
      assert.equal(site.asked('/me/drafts/1').length, 0)
      await page.clock.runFor(200)
      await until('the save', async () => await text('[data-autosave-status]') === 'Saved 14:02')
      const [asked, ...more] = site.asked('/me/drafts/1')
      assert.equal(more.length, 0)
      assert.equal(asked.method, 'POST')
      assert.equal(asked.headers.accept, 'application/json')
      assert.equal(asked.form.get('title'), 'Discharge')
      assert.equal(asked.form.has('files'), false)
      assert.equal(await page.inputValue('[name=version]'), '2')
    })

    check('sends the version of the save before, and nothing when nothing changed', async () => {
      site.page('/', form)
      site.answer('/me/drafts/1', saved)
      await page.clock.install()
      await page.goto(site.base)
      for (const [value, version] of [['a', '1'], ['ab', '2']]) {
        await page.fill('[name=title]', value)
        await page.clock.runFor(1600)
        await until('the version', async () => await page.inputValue('[name=version]') === String(Number(version) + 1))
        assert.equal(site.asked('/me/drafts/1').at(-1).form.get('version'), version)
      }
      await page.fill('[name=title]', 'abc')
      await page.fill('[name=title]', 'ab')
      await page.clock.runFor(5000)
      assert.equal(site.asked('/me/drafts/1').length, 2)
    })

    check('tries again when the server fails, and tells', async () => {
      site.page('/', form)
      site.answer('/me/drafts/1', { status: 503 })
      await page.clock.install()
      await page.goto(site.base)
      await page.fill('[name=title]', 'a')
      await page.clock.runFor(1600)
      await until('the message', async () => /Not saved: we will try again/.test(await text('[data-autosave-status]')))
      site.answer('/me/drafts/1', saved)
      await page.clock.runFor(2100)
      await until('the save', async () => await text('[data-autosave-status]') === 'Saved 14:02')
      assert.equal(site.asked('/me/drafts/1').length, 2)
    })

    check('stops at a conflict and says how to see both versions', async () => {
      site.page('/', form)
      site.answer('/me/drafts/1', { status: 409, json: {} })
      await page.clock.install()
      await page.goto(site.base)
      await page.fill('[name=title]', 'a')
      await page.clock.runFor(1600)
      await until('the message', async () => /changed somewhere else.*Save draft/.test(await text('[data-autosave-status]')))
      await page.fill('[name=title]', 'ab')
      await page.clock.runFor(70000)
      assert.equal(site.asked('/me/drafts/1').length, 1)
    })

    check('says that the session has ended', async () => {
      site.page('/', form)
      site.answer('/me/drafts/1', { status: 401 })
      await page.clock.install()
      await page.goto(site.base)
      await page.fill('[name=title]', 'a')
      await page.clock.runFor(1600)
      await page.waitForSelector('[data-autosave-status] a[href="/sign-in"][target=_blank]')
      assert.equal(await page.inputValue('[name=title]'), 'a')
    })

    check('saves when the page is left', async () => {
      site.page('/', form)
      site.page('/other', 'other')
      site.answer('/me/drafts/1', saved)
      await page.goto(site.base)
      await page.fill('[name=title]', 'typed just now')
      await page.goto(site.base + '/other')
      await until('the save', () => site.asked('/me/drafts/1').length > 0)
      assert.equal(site.asked('/me/drafts/1')[0].form.get('title'), 'typed just now')
    })

    check('lets a save end before the form is sent, with the newer version', async () => {
      let release
      const held = new Promise(resolve => { release = resolve })
      site.page('/', form)
      site.page('/post', 'posted')
      site.answer('/me/drafts/1', async asked => { await held; return saved(asked) })
      await page.clock.install()
      await page.goto(site.base)
      await page.fill('[name=title]', 'a')
      await page.clock.runFor(1600)
      await until('the save to be on its way', () => site.asked('/me/drafts/1').length === 1)
      await page.click('button')
      assert.equal(site.asked('/post').length, 0)
      release()
      await page.waitForURL('**/post')
      assert.equal(site.asked('/post')[0].form.get('version'), '2')
      assert.equal(site.asked('/me/drafts/1').length, 1)
    })

    check('keeps nothing in the browser', async () => {
      site.page('/', form)
      site.answer('/me/drafts/1', saved)
      await page.clock.install()
      await page.goto(site.base)
      await page.fill('[name=title]', 'secret')
      await page.clock.runFor(1600)
      await until('the save', async () => /Saved/.test(await text('[data-autosave-status]')))
      assert.equal(await page.evaluate('localStorage.length + sessionStorage.length'), 0)
    })
  })

  describe('suggest', () => {
    const box = '<form action="/search"><div class="nhsuk-form-group"><input type="search" name="q" aria-label="Search" data-suggest="/suggest"></div></form>'
    const items = [
      { title: 'Môn 👩 discharge letters', url: '/case-studies/a', kind: 'case_study', marks: [[6, 15]] },
      { title: '<img src=x onerror=alert(1)>', url: '/people/b', kind: 'person', marks: [[0, 4], [99, 100]] },
      { title: 'elsewhere', url: 'https://example.org/', kind: 'person' },
      { title: 'script', url: 'javascript:alert(1)', kind: 'person' }
    ]
    const open = async () => {
      site.page('/', box)
      site.page('/search', 'search')
      site.page('/people/b', 'b')
      site.answer('/suggest', { json: { items } })
      await page.goto(site.base)
      await page.fill('[name=q]', 'dis')
      await page.waitForSelector('[role=option]')
    }

    check('lists what is found on this site, with the matches marked', async () => {
      await open()
      assert.deepEqual(await page.locator('[role=option] .gr-suggest__title').allTextContents(), [items[0].title, items[1].title])
      assert.deepEqual(await page.locator('mark').allTextContents(), ['discharge', '<img'])
      assert.equal(await page.locator('img').count(), 0)
      assert.equal(await page.getAttribute('[name=q]', 'aria-expanded'), 'true')
      assert.equal(site.asked('/suggest').at(-1).query.get('q'), 'dis')
    })

    check('is moved through with the arrows and left with Escape', async () => {
      await open()
      const active = () => page.getAttribute('[name=q]', 'aria-activedescendant')
      const selected = () => page.locator('[aria-selected=true]').allTextContents()
      await page.keyboard.press('ArrowDown')
      assert.equal(await active(), await page.locator('[role=option]').first().getAttribute('id'))
      assert.equal((await selected()).length, 1)
      await page.keyboard.press('ArrowUp')
      assert.equal(await active(), null)
      await page.keyboard.press('ArrowUp')
      assert.equal(await active(), await page.locator('[role=option]').last().getAttribute('id'))
      await page.keyboard.press('Escape')
      assert.equal(await page.getAttribute('[name=q]', 'aria-expanded'), 'false')
      assert.equal(await page.locator('[role=listbox]').isHidden(), true)
      assert.equal(await page.inputValue('[name=q]'), 'dis')
    })

    check('Enter opens the item that is chosen, and searches when none is', async () => {
      await open()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/people/b')
      await open()
      await page.keyboard.press('Enter')
      await page.waitForURL('**/search?q=dis')
    })

    check('stays a plain search box when the server fails', async () => {
      site.page('/', box)
      site.page('/search', 'search')
      site.answer('/suggest', { status: 500 })
      await page.goto(site.base)
      await page.fill('[name=q]', 'dis')
      await until('the request', () => site.asked('/suggest').length > 0)
      assert.equal(await page.locator('[role=listbox]').isHidden(), true)
      await page.keyboard.press('Enter')
      await page.waitForURL('**/search?q=dis')
    })
  })

  describe('similar', () => {
    check('shows what is like the title, and nothing when that fails', async () => {
      site.page('/', '<input aria-label="Title" data-similar="/similar"><div id="similar"></div>')
      site.answer('/similar', asked => ({ text: `<p>like ${asked.query.get('title')}</p>` }))
      await page.goto(site.base)
      assert.equal(await page.getAttribute('#similar', 'aria-live'), 'polite')
      await page.fill('input', 'disc')
      await until('the fragment', async () => await text('#similar') === 'like disc')
      assert.equal(site.asked('/similar')[0].headers['x-fragment'], '1')
      site.answer('/similar', { status: 500, text: 'Error' })
      await page.fill('input', 'disch')
      await until('nothing', async () => await text('#similar') === '')
    })

    check('does not show the sign-in page in place of a fragment', async () => {
      site.page('/', '<input aria-label="Title" data-similar="/similar"><div id="similar"></div>')
      site.answer('/similar', { status: 303, headers: { Location: '/sign-in' } })
      site.page('/sign-in', 'Sign in')
      await page.goto(site.base)
      await page.fill('input', 'discharge')
      await until('the redirect', () => site.asked('/sign-in').length > 0)
      await page.fill('input', 'discharge letters')
      await until('the next redirect', () => site.asked('/sign-in').length > 1)
      assert.equal(await text('#similar'), '')
    })
  })

  describe('vote', () => {
    const button = `<form action="/vote" method="post" data-vote><input type="hidden" name="voted" value="true"><input type="hidden" name="back" value="/">
      <button aria-pressed="false"><span data-vote-label>Vote</span> <span data-vote-count>0</span><span data-vote-noun> votes</span></button></form>`

    check('votes and takes back, at both ends of the page', async () => {
      site.page('/', button + button)
      site.answer('/vote', asked => ({ json: asked.form.get('voted') === 'true' ? { votes: 1, voted: true } : { votes: 12000, voted: false } }))
      await page.goto(site.base)
      await page.locator('button').first().click()
      await until('the vote', async () => await page.locator('button').last().textContent() === 'Voted 1 vote')
      assert.equal(await page.locator('button').first().getAttribute('aria-pressed'), 'true')
      assert.equal(site.asked('/vote')[0].headers.accept, 'application/json')
      await page.locator('button').last().click()
      await until('the vote to be back', async () => await page.locator('button').first().textContent() === 'Vote 12,000 votes')
      assert.deepEqual(site.asked('/vote').map(r => r.form.get('voted')), ['true', 'false'])
      assert.equal(await page.evaluate('document.activeElement.tagName'), 'BUTTON')
    })

    check('sends the form when the answer is not that of a vote', async () => {
      site.page('/', button)
      site.answer('/vote', asked => asked.headers.accept === 'application/json' ? { status: 500 } : { text: 'the page of the server' })
      await page.goto(site.base)
      await page.click('button')
      await page.waitForURL('**/vote')
      assert.equal(await text('body'), 'the page of the server')
    })
  })

  describe('preview', () => {
    const editor = `<form action="/save" method="post"><textarea id="body" name="body" aria-label="Body">**bold**</textarea>
      <button name="preview" value="body" data-preview="/preview" data-preview-for="body">Preview</button>
      <div id="body-preview" role="region" aria-label="Preview" tabindex="-1" hidden></div></form>`

    check('shows the text as it will look', async () => {
      site.page('/', editor)
      site.answer('/preview', asked => ({ text: `<p><strong>${asked.form.get('text')}</strong></p>` }))
      await page.goto(site.base)
      await page.click('button')
      await page.waitForSelector('#body-preview strong')
      assert.equal(await page.evaluate('document.activeElement.id'), 'body-preview')
      assert.equal(site.asked('/save').length, 0)
    })

    check('says so when it cannot', async () => {
      site.page('/', editor)
      site.answer('/preview', { status: 500 })
      await page.goto(site.base)
      await page.click('button')
      await until('the message', async () => /could not be made/.test(await text('#body-preview')))
      assert.equal(await page.inputValue('textarea'), '**bold**')
    })
  })

  describe('filters', () => {
    const list = asked => `<form action="/list" data-filters><input type="hidden" name="q" value=""><input type="hidden" name="sort" value="new">
      <details><summary>Stage</summary>
      <label><input type="checkbox" id="facet-stage-1" name="stage" value="idea"${asked.has('stage') ? ' checked' : ''}> Idea</label></details></form>
      <p data-filters-status role="status"></p>
      <section id="results"><p data-results-count>${asked.has('stage') ? '1 case study' : '2 case studies'}</p></section>`
    const open = async () => {
      site.answer('/list', asked => ({ text: `<!DOCTYPE html><title>${asked.query}</title><body>${list(asked.query)}<script type="module" src="/app.js"></script>` }))
      await page.goto(site.base + '/list')
    }

    check('changes the list, the address and the count, and keeps the focus', async () => {
      await open()
      await page.click('summary')
      await page.focus('#facet-stage-1')
      await page.keyboard.press('Space')
      await until('the list', async () => await text('#results p') === '1 case study')
      await until('the address', () => page.url().endsWith('/list?sort=new&stage=idea'))
      assert.equal(await page.evaluate('document.activeElement.id'), 'facet-stage-1')
      assert.equal(await page.isChecked('#facet-stage-1'), true)
      assert.equal(await page.isVisible('#facet-stage-1'), true)
      assert.equal(await text('[data-filters-status]'), '1 case study')
      await page.goBack()
      await until('the list before', async () => await text('#results p').catch(() => '') === '2 case studies')
    })

    check('leads to the page itself when it cannot', async () => {
      await open()
      site.answer('/list', { text: '<!DOCTYPE html><title>x</title><p id="other">no list here' })
      await page.click('summary')
      await page.click('#facet-stage-1')
      await page.waitForSelector('#other')
      assert.ok(page.url().endsWith('/list?sort=new&stage=idea'))
    })
  })

  check('the design system starts without an inline script', async () => {
    site.page('/', '<textarea id="t" aria-label="Text"></textarea>')
    await page.goto(site.base)
    await until('the class', () => page.evaluate("document.body.classList.contains('nhsuk-frontend-supported')"))
  })
})
