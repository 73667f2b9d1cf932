// Offers organisations as their code or name is typed: <input list="some-list" data-organisations="/api/v1/organisations">.
// Without it the code, or the name in full, is typed.
import { debounce, element } from './lib.js'

const QUIET = 200
const SHORTEST = 2
const MOST = 8

export function organisations (root) {
  for (const input of root.querySelectorAll('input[data-organisations]')) offer(input)
}

function offer (input) {
  let current
  const look = debounce(async () => {
    const typed = input.value.trim()
    current?.abort()
    if (typed.length < SHORTEST || !input.list) return
    current = new AbortController()
    const url = new URL(input.dataset.organisations, location.href)
    url.search = new URLSearchParams({ q: typed, limit: MOST })
    try {
      const response = await fetch(url, { signal: current.signal })
      if (!response.ok) return
      const { items } = await response.json()
      input.list.replaceChildren(...items.map(({ code, name }) => {
        const option = element('option')
        option.value = code
        option.label = `${name} (${code})`
        return option
      }))
    } catch (error) {
      if (error.name !== 'AbortError') console.error(error)
    }
  }, QUIET)
  input.addEventListener('input', look)
}
