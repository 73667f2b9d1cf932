// Search as you type: <input type="search" data-suggest="/search/suggest">, made a combobox with a list of results.
// Without an item chosen, Enter searches as it does without the script.
import { debounce, element, isOwnPage, say } from './lib.js'

const QUIET = 150
const SHORTEST = 2
export function suggest (root) {
  for (const [i, input] of [...root.querySelectorAll('input[data-suggest]')].entries()) new Combobox(input, `suggestions-${i + 1}`)
}

class Combobox {
  constructor (input, id) {
    this.input = input
    this.active = -1
    this.list = element('ul', 'gr-suggest')
    this.list.id = id
    this.list.hidden = true
    this.list.setAttribute('role', 'listbox')
    this.list.setAttribute('aria-label', say('Suggestions'))
    this.status = element('span', 'nhsuk-u-visually-hidden')
    this.status.setAttribute('role', 'status')
    this.prepare()
    this.search = debounce(() => this.fetch(), QUIET)
    input.addEventListener('input', () => this.search())
    input.addEventListener('keydown', event => this.key(event))
    input.addEventListener('blur', () => this.close())
    // A press inside the list must not take the focus, or the list would close before the click.
    this.list.addEventListener('mousedown', event => event.preventDefault())
  }

  prepare () {
    const { input, list } = this
    input.setAttribute('role', 'combobox')
    input.setAttribute('aria-autocomplete', 'list')
    input.setAttribute('aria-controls', list.id)
    input.setAttribute('aria-expanded', 'false')
    const place = input.closest('.nhsuk-form-group') ?? input.parentElement
    place.classList.add('gr-suggest-place')
    place.append(list, this.status)
  }

  async fetch () {
    const query = this.input.value.trim()
    this.request?.abort()
    if (query.length < SHORTEST) return this.close()
    this.request = new AbortController()
    const url = new URL(this.input.dataset.suggest, location.href)
    url.searchParams.set('q', query)
    try {
      const response = await fetch(url, { signal: this.request.signal, headers: { Accept: 'application/json' } })
      if (!response.ok) throw new Error(`answered ${response.status}`)
      const { items } = await response.json()
      if (document.activeElement === this.input) this.show(items.filter(item => isOwnPage(item.url)))
    } catch (error) {
      if (error.name !== 'AbortError') this.close()
    }
  }

  show (items) {
    this.items = items
    this.list.replaceChildren(...items.map((item, i) => this.option(item, i)))
    this.list.hidden = items.length === 0
    this.input.setAttribute('aria-expanded', String(items.length > 0))
    this.status.textContent = say(items.length === 1 ? '1 suggestion' : items.length ? '# suggestions' : 'No suggestions', items.length)
    this.activate(-1)
  }

  option (item, i) {
    const option = element('li', 'gr-suggest__item')
    option.id = `${this.list.id}-${i + 1}`
    option.setAttribute('role', 'option')
    option.setAttribute('aria-selected', 'false')
    const title = element('bdi', 'gr-suggest__title')
    title.append(...marked(item.title, item.marks))
    option.append(title, ' ', element('span', 'gr-suggest__kind', kindText(item.kind)))
    option.addEventListener('click', () => location.assign(item.url))
    return option
  }

  close () {
    this.search?.cancel()
    this.request?.abort()
    this.list.hidden = true
    this.list.replaceChildren()
    this.status.textContent = ''
    this.input.setAttribute('aria-expanded', 'false')
    this.activate(-1)
  }

  /** Moves to an item; the focus stays in the box, which says which item is meant. */
  activate (i) {
    this.list.children[this.active]?.setAttribute('aria-selected', 'false')
    this.active = i
    const option = this.list.children[i]
    if (!option) return this.input.removeAttribute('aria-activedescendant')
    option.setAttribute('aria-selected', 'true')
    option.scrollIntoView({ block: 'nearest' })
    this.input.setAttribute('aria-activedescendant', option.id)
  }

  key (event) {
    const last = this.list.children.length - 1
    if (event.isComposing || this.list.hidden) return
    switch (event.key) {
      case 'ArrowDown': this.activate(this.active >= last ? -1 : this.active + 1); break
      case 'ArrowUp': this.activate(this.active < 0 ? last : this.active - 1); break
      case 'Enter':
        if (this.active < 0) return this.close()
        location.assign(this.items[this.active].url)
        break
      case 'Escape': this.close(); break
      default: return
    }
    event.preventDefault()
  }
}

/** The word for a kind of thing: "Case study" for case-study, case_study or case study. */
function kindText (kind) {
  const words = String(kind ?? '').replace(/[-_]/g, ' ')
  return say(words.charAt(0).toUpperCase() + words.slice(1))
}

/** The nodes of a text with its marked parts in <mark>. Marks are counted in characters, not UTF-16 units. */
export function marked (text, marks) {
  const characters = [...String(text ?? '')]
  const nodes = []
  let at = 0
  for (const [start, end] of marks ?? []) {
    if (start < at || end <= start || end > characters.length) continue
    nodes.push(characters.slice(at, start).join(''), element('mark', '', characters.slice(start, end).join('')))
    at = end
  }
  nodes.push(characters.slice(at).join(''))
  return nodes
}
