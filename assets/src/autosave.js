// Saves a draft while it is written: <form data-autosave="/me/drafts/…">. Nothing is kept in the browser, because ward
// computers are shared.
import { clock, debounce, element, formBody, isOwnPage, say } from './lib.js'

const QUIET = 1500 // ms without a key before saving
const FIRST_RETRY = 2000
const LAST_RETRY = 60000
const KEEPALIVE_LIMIT = 60000 // browsers refuse more than 64 KiB that outlives its page
const SUBMIT_WAIT = 5000 // how long a submit waits for a save that is on its way

export function autosave (root) {
  for (const form of root.querySelectorAll('form[data-autosave]')) new Draft(form)
}

class Draft {
  constructor (form) {
    this.form = form
    this.status = form.querySelector('[data-autosave-status]')
    this.saved = this.text()
    this.wait = FIRST_RETRY
    this.saveSoon = debounce(() => this.save(), QUIET)
    form.addEventListener('input', () => this.changed())
    form.addEventListener('change', () => this.changed())
    form.addEventListener('submit', event => this.submitting(event))
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') this.save() })
    addEventListener('pagehide', () => this.save())
    addEventListener('pageshow', event => { if (event.persisted) this.leaving = false })
    addEventListener('beforeunload', event => { if (this.failed && this.dirty() && !this.leaving) event.preventDefault() })
  }

  /** What would be sent, without the version, which saving itself changes. */
  text () {
    const body = formBody(this.form)
    body.delete('version')
    return body.toString()
  }

  dirty () {
    return this.text() !== this.saved
  }

  changed () {
    if (this.stopped) return
    clearTimeout(this.retry)
    this.saveSoon()
  }

  /** Saves what has changed. One save is on its way at a time, so that each is sent with the version of the one before. */
  async save () {
    if (this.stopped || this.leaving || !this.dirty()) return
    if (this.saving) {
      this.again = true
      return
    }
    this.saveSoon.cancel()
    clearTimeout(this.retry)
    const text = this.text()
    this.saving = this.send(text)
    await this.saving
    this.saving = null
    if (this.again) {
      this.again = false
      this.save()
    }
  }

  async send (text) {
    const body = formBody(this.form)
    this.say(say('Saving'))
    try {
      const response = await fetch(this.form.dataset.autosave, {
        method: 'POST',
        body,
        headers: { Accept: 'application/json' },
        keepalive: body.toString().length < KEEPALIVE_LIMIT
      })
      await this.answered(response, text)
    } catch {
      this.tryLater(say('Not saved: we will try again'))
    }
  }

  async answered (response, text) {
    if (response.status === 409) return this.conflict()
    if (response.status === 401 || response.redirected) {
      return this.tryLater(say('Not saved: you have been signed out.') + ' ', '/sign-in', say('Sign in again in a new tab'))
    }
    if (response.status === 429 || response.status >= 500) throw new Error(`answered ${response.status}`)
    if (!response.ok) {
      this.failed = true
      const { detail } = await response.json()
      return this.say(say('Not saved: # Use the save button to mend it', detail))
    }
    const { version, saved_at: savedAt } = await response.json()
    const field = this.form.querySelector('input[name=version]')
    if (field) field.value = version
    this.saved = text
    this.failed = false
    this.wait = FIRST_RETRY
    this.say(say('Saved #', clock(savedAt)))
  }

  /** Someone else has saved this draft. Saving on would lose what they wrote, so it stops until the two are compared. */
  conflict () {
    this.stopped = true
    this.failed = true
    this.say(say('Not saved: this draft was changed somewhere else. Press “Save draft” to see both versions'))
  }

  /** Says why nothing was saved and tries again, each time after a longer wait. */
  tryLater (message, url, linkText) {
    this.failed = true
    this.say(message, url, linkText)
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.save(), this.wait)
    this.wait = Math.min(this.wait * 2, LAST_RETRY)
  }

  /** Lets a save that is on its way end first, or the form itself would be sent with a version that is one too old. */
  submitting (event) {
    if (event.defaultPrevented) return
    this.saveSoon.cancel()
    clearTimeout(this.retry)
    this.leaving = true
    if (!this.saving) return
    event.preventDefault()
    const submitter = event.submitter
    const limit = new Promise(resolve => setTimeout(resolve, SUBMIT_WAIT))
    Promise.race([this.saving, limit]).then(() => {
      this.saving = null
      this.form.requestSubmit(submitter)
    })
  }

  say (message, url, linkText) {
    if (!this.status) return
    const shown = element('span', this.failed ? 'gr-autosave__failed' : '', message)
    this.status.replaceChildren(shown)
    if (url && isOwnPage(url)) {
      const link = element('a', '', linkText)
      link.href = url
      if (!this.stopped) link.target = '_blank'
      this.status.append(link)
    }
  }
}
