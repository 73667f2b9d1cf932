// Shows case studies like the one whose title is being typed: <input data-similar="/case-studies/similar">, with an
// element #similar to fill.
import { debounce, fragment } from './lib.js'

const QUIET = 400
const SHORTEST = 4 // fewer characters match too much to help

export function similar (root) {
  for (const input of root.querySelectorAll('input[data-similar]')) watch(input, root.querySelector('#similar'))
}

function watch (input, panel) {
  if (!panel) return
  panel.setAttribute('aria-live', 'polite')
  let current
  let shown = ''
  const look = debounce(async () => {
    const title = input.value.trim()
    if (title === shown) return
    shown = title
    current?.abort()
    if (title.length < SHORTEST) {
      panel.replaceChildren()
      return
    }
    current = new AbortController()
    const url = new URL(input.dataset.similar, location.href)
    url.searchParams.set('title', title)
    try {
      panel.innerHTML = await fragment(url, { signal: current.signal })
    } catch (error) {
      // What was found for the title before is no longer true; the page is whole without it.
      if (error.name !== 'AbortError') panel.replaceChildren()
    }
  }, QUIET)
  input.addEventListener('input', look)
}
