// What the behaviours share.

/** Calls fn once, ms after the last call; cancel forgets a call that is waiting. */
export function debounce (fn, ms) {
  let timer
  const later = (...args) => {
    clearTimeout(timer)
    timer = setTimeout(() => fn(...args), ms)
  }
  later.cancel = () => clearTimeout(timer)
  return later
}

/** The text fields of a form as the body of a request. Files are left out: they are sent when the form is. */
export function formBody (form) {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') body.append(name, value)
  }
  return body
}

/** An element with a class and text. */
export function element (tag, className, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

/** Whether an address leads to a page of this site. */
export function isOwnPage (address) {
  try {
    const url = new URL(address, location.href)
    return url.origin === location.origin && /^https?:$/.test(url.protocol)
  } catch {
    return false
  }
}

const said = JSON.parse(document.querySelector('#script-words')?.textContent ?? '{}')

/** A sentence in the language of the page, with values in the place of each #. */
export function say (text, ...values) {
  return (said[text] ?? text).replace(/#/g, () => values.shift())
}

/** The time of day at home, wherever the reader is: 14:05. */
export function clock (time) {
  return new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' })
}

/** A number as pages write it: 12,345. */
export function count (n) {
  return new Intl.NumberFormat('en-GB').format(n)
}

/**
 * Fetches an HTML fragment of a page. The header tells the server to leave out the layout; an answer from another
 * address, such as the sign-in page once a session has ended, is not a fragment and counts as a failure.
 */
export async function fragment (url, options = {}) {
  const response = await fetch(url, { ...options, headers: { Accept: 'text/html', 'X-Fragment': '1', ...options.headers } })
  if (!response.ok || response.redirected) throw new Error(`${url} answered ${response.status}`)
  return response.status === 204 ? '' : response.text()
}
