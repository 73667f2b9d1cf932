// Warns before somebody is signed out for want of use, and lets them stay with one press.
import { clock, element, say } from './lib.js'

const WARN = 5 * 60 * 1000 // ms before the end, or half of the time when that is less
const CHECK = 1000

export function idle (root) {
  const time = Number(root.querySelector('[data-idle]')?.dataset.idle) * 1000
  if (!time) return
  let last = Date.now()
  let shown = null

  /** By the clock, since timers stand still while a computer sleeps. */
  function look () {
    const left = last + time - Date.now()
    if (left > Math.min(WARN, time / 2)) return
    if (left <= 0) {
      clearInterval(timer)
      show(say('You have been signed out. What you have typed is still on this page. When you send it, it is kept for an hour, until you sign in again.'))
    } else if (!shown) {
      show(say('You will be signed out at #, because this page was not used.', clock(last + time)), say('Stay signed in'))
    }
  }

  function show (text, action) {
    shown?.remove()
    shown = element('div', 'nhsuk-inset-text')
    shown.setAttribute('role', 'alert')
    shown.append(element('p', '', text))
    if (action) {
      const button = element('button', 'nhsuk-button nhsuk-button--small', action)
      button.type = 'button'
      button.addEventListener('click', stay)
      shown.append(button)
    }
    root.querySelector('main').prepend(shown)
  }

  async function stay () {
    const response = await fetch('/me/settings', { method: 'HEAD' }).catch(() => null)
    if (!response?.ok || response.redirected) return show(say('This did not work: you may have been signed out. What you have typed is still on this page.'))
    last = Date.now()
    shown.remove()
    shown = null
  }

  const timer = setInterval(look, CHECK)
}
