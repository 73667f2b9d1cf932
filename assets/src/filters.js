// Applies filters as they are ticked: <form data-filters> with the list in #results. The list and the form are replaced
// by those of the page that the form leads to, so what is shown is always what the address says. Without the script, or
// when anything fails, the form is sent by its Apply button.

const REPLACED = ['#results', 'form[data-filters]']

export function filters (root) {
  if (!root.querySelector('form[data-filters]')) return
  let current
  const here = () => location.pathname + location.search
  let shown = here()
  root.addEventListener('change', event => {
    const form = event.target.closest('form[data-filters]')
    if (!form || !event.target.matches('select, [type=checkbox], [type=radio]')) return
    current?.abort()
    current = new AbortController()
    const url = address(form)
    apply(url, current.signal).then(() => { shown = here() }).catch(error => {
      if (error.name !== 'AbortError') location.assign(url)
    })
  })
  // A link to a place on this page, such as the skip link, comes by here as well, and is to be left alone.
  addEventListener('popstate', () => { if (here() !== shown) location.reload() })
}

/** Where the form leads, without the fields that are empty. */
function address (form) {
  const url = new URL(form.action, location.href)
  url.search = ''
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && value !== '') url.searchParams.append(name, value)
  }
  return url
}

async function apply (url, signal) {
  const results = document.querySelector('#results')
  results?.setAttribute('aria-busy', 'true')
  const response = await fetch(url, { signal, headers: { Accept: 'text/html' } })
  if (!response.ok) throw new Error(`answered ${response.status}`)
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const pairs = REPLACED.map(selector => [document.querySelector(selector), page.querySelector(selector)])
  if (pairs.some(([here, there]) => !here || !there)) throw new Error('not a page with a list')

  const focused = document.activeElement?.id
  const open = new Set([...document.querySelectorAll('form[data-filters] details[open]')].map(name))
  for (const [here, there] of pairs) here.replaceChildren(...there.childNodes)
  results.removeAttribute('aria-busy')
  for (const details of document.querySelectorAll('form[data-filters] details')) {
    if (open.has(name(details))) details.open = true
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })

  document.title = page.title
  history.pushState(null, '', url)
  announce()
  document.dispatchEvent(new Event('gr:filtered'))
}

/** What tells one group of filters from another, before and after. */
function name (details) {
  return details.querySelector('summary')?.textContent.trim()
}

/** Says the new count in a live region that was there before, or a screen reader would not notice it. */
function announce () {
  const status = document.querySelector('[data-filters-status]')
  const summary = document.querySelector('#results [data-results-count]')
  if (status && summary) status.textContent = summary.textContent.trim()
}
