// Sends a large file in parts and says how much is sent, and keeps a page that waits for work in step with it. Without the
// script the form sends the file as one, and the page has a link to see how far the work is.
import { count, fragment, say } from './lib.js'

export function upload (root) {
  root.querySelector('form[data-upload]')?.addEventListener('submit', async event => {
    const form = event.currentTarget
    const file = form.querySelector('input[type=file]').files[0]
    if (!file) return
    event.preventDefault()
    const panel = form.querySelector('[data-upload-progress]')
    const [bar, status] = panel.children
    const button = form.querySelector('button')
    panel.hidden = false
    button.disabled = true
    try {
      location.assign(await send(form.action, file, Number(form.dataset.upload), share => {
        bar.value = 100 * share
        status.textContent = say('#% is sent.', count(Math.floor(100 * share)))
      }))
    } catch (error) {
      status.textContent = error.message
      button.disabled = false
    }
  })
  const waiting = root.querySelector('[data-waiting]')
  if (waiting) setTimeout(() => wait(waiting), 1000)
}

async function send (to, file, partSize, tell) {
  const { url } = await (await ask(`${to}/bundles`, { method: 'POST', body: new URLSearchParams({ name: file.name, size: file.size }) })).json()
  const parts = Math.ceil(file.size / partSize)
  for (let n = 0; n < parts; n++) {
    tell(n / parts)
    await ask(`${url}/parts/${n}`, { method: 'PUT', body: file.slice(n * partSize, (n + 1) * partSize) }, 3)
  }
  tell(1)
  await ask(`${url}/end`, { method: 'POST', body: new URLSearchParams({ parts, size: file.size }) })
  return url
}

/** Fetches, again when the network or the server fails, and otherwise throws the reason in words. */
async function ask (url, options, attempts = 1) {
  let response
  try {
    response = await fetch(url, { ...options, headers: { Accept: 'application/json' } })
  } catch {}
  if (response?.ok) return response
  if (attempts > 1 && !(response?.status < 500)) {
    await new Promise(resolve => setTimeout(resolve, 2000))
    return ask(url, options, attempts - 1)
  }
  const problem = await response?.json().catch(() => null)
  throw new Error(problem?.detail ?? say('The file could not be sent. Check the connection, then send it again.'))
}

async function wait (panel) {
  try {
    const made = new DOMParser().parseFromString(await fragment(panel.dataset.waiting), 'text/html').querySelector('#transfer')
    if (!made.hasAttribute('data-waiting')) return location.reload()
    for (const part of ['progress', '[role=status]']) {
      const [old, now] = [panel.querySelector(part), made.querySelector(part)]
      if (part === 'progress') for (const name of ['max', 'value']) now.hasAttribute(name) ? old.setAttribute(name, now.getAttribute(name)) : old.removeAttribute(name)
      else if (old.textContent !== now.textContent) old.textContent = now.textContent
    }
  } catch (error) {
    console.error(error)
  }
  setTimeout(() => wait(panel), 2000)
}
