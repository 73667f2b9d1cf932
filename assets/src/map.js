// The graph of the map. The server has drawn it; this draws it again so that one can move about in it, by mouse, touch or
// keyboard, and keeps the address and what is said in words in step. When anything fails, the drawing of the server stays.
import { debounce, element, fragment, say } from './lib.js'
import { many, underlay } from './maplines.js'
import { looks, options, width } from './mapstyle.js'

let shown // the graph on the page

start()
document.addEventListener('gr:filtered', start)

async function start () {
  shown?.end()
  shown = null
  const place = document.querySelector('[data-map]')
  if (!place) return
  try {
    const [{ default: cytoscape }, data] = await Promise.all([import(place.dataset.library), load(place.dataset.map)])
    if (place.isConnected && data.systems.length > 0) shown = graph(cytoscape, place, data)
  } catch (error) {
    console.error(error)
  }
}

async function load (address) {
  const response = await fetch(address, { headers: { Accept: 'application/json' } })
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  return response.json()
}

function graph (cytoscape, place, data) {
  withoutItsStyleSheet()
  const canvas = element('div', 'gr-graph__canvas')
  canvas.tabIndex = 0
  canvas.setAttribute('role', 'application')
  canvas.setAttribute('aria-roledescription', say('graph'))
  canvas.setAttribute('aria-label', say('Systems and their connections: # systems, # lines', data.systems.length, data.lines.length))
  canvas.setAttribute('aria-describedby', 'map-help')
  place.querySelector('.gr-graph__drawn').append(canvas)
  place.classList.add('gr-graph--drawn')
  let cy
  try {
    cy = cytoscape({ container: canvas, elements: { nodes: nodes(data), edges: data.lines.length > many ? [] : data.lines.map(l => edge(data, l)) }, style: looks(data), ...options })
  } catch (error) {
    canvas.remove()
    place.classList.remove('gr-graph--drawn')
    throw error
  }
  const under = data.lines.length > many ? underlay(canvas, cy, data, width) : null
  cy.one('render', () => performance.mark('map-drawn'))
  for (const part of place.querySelectorAll('.gr-graph__tools, .gr-graph__help')) part.hidden = false
  const note = document.querySelector('[data-map-note]')
  if (note) note.textContent = data.note

  const listening = new AbortController()
  const chosen = choosing(cy, place, data, under)
  zooming(cy, place, canvas, listening.signal)
  keys(cy, canvas, chosen)
  cy.on('tap', 'node', event => { canvas.focus({ preventScroll: true }); chosen.choose(event.target) })
  cy.on('dbltap', 'node', event => open(event.target))
  cy.on('tap', 'edge', event => chosen.line(event.target))
  cy.on('tap', event => { if (event.target === cy) canvas.focus({ preventScroll: true }) })
  chooser(cy, chosen, listening.signal)
  canvas.addEventListener('focus', () => { if (!chosen.node) chosen.choose(cy.nodes()[0]) })

  const asked = new URLSearchParams(location.search).get('selected')
  const node = cy.nodes().filter(n => n.data('slug') === asked)
  if (node.length > 0) chosen.choose(node[0], { quiet: true })
  const begin = () => beginAt(cy, chosen.node ?? cy.nodes()[0])
  begin()
  // On a tablet that is turned, whoever has not moved it sees all of it again.
  cy.on('dragpan scrollzoom pinchzoom', () => cy.data('moved', true))
  cy.on('resize', () => {
    if (cy.data('moved')) return
    zoom(cy, 'fit')
    begin()
  })
  return { end () { listening.abort(); cy.destroy() } }
}

/** cytoscape puts a style sheet into the page, which our policy refuses, unless one of its name is there: ours has the rule. */
function withoutItsStyleSheet () {
  const name = '__________cytoscape_stylesheet'
  if (document.getElementById(name)) return
  const stand = document.createElement('meta')
  stand.id = name
  document.head.append(stand)
}

function nodes (data) {
  return data.systems.map((s, i) => ({ group: 'nodes', data: { id: `s${i}`, ...s, d: 2 * s.r }, position: { x: s.x, y: s.y } }))
}

function edge (data, [from, to, standard, organisations, studies, flags]) {
  const { name, style } = data.standards[standard]
  const classes = [`k${style}`]
  if (flags & 2) classes.push('to')
  if (flags & 4) classes.push('back')
  return { group: 'edges', data: { source: `s${from}`, target: `s${to}`, standard: name, organisations, studies, width: width((flags & 1) > 0, organisations || studies) }, classes }
}

/** A few systems are not blown up; on a phone one begins with a part that can be read, and the rest is a swipe away. */
function beginAt (cy, node) {
  if (cy.zoom() > 1.2) {
    cy.zoom(1.2)
    cy.center()
  } else if (cy.width() < 600 && cy.zoom() < legible) {
    cy.zoom(legible)
    cy.center(node)
  }
}

/** From which zoom the names of systems can be read. */
const legible = 0.8

/** The system that is looked at: shown in the graph, said in words, and kept in the address. */
function choosing (cy, place, data, under) {
  const status = place.querySelector('.gr-graph__status')
  const tell = (text, link) => status.replaceChildren(text + ' ', ...(link ? [link] : []))
  const index = id => Number(id.slice(1))
  const state = {
    node: null,
    choose (node, { quiet = false } = {}) {
      state.node = node
      if (under) {
        const at = index(node.id())
        under.faded = true
        cy.edges().remove()
        cy.add(data.lines.filter(([from, to]) => from === at || to === at).map(l => edge(data, l)))
      }
      const near = node.closedNeighborhood()
      cy.batch(() => {
        cy.elements().removeClass('chosen faded')
        cy.elements().not(near).addClass('faded')
        node.addClass('chosen')
      })
      intoView(cy, node)
      if (quiet) return
      tell(`${node.data('name')}. ${node.data('facts')}.`, link(`/systems/${encodeURIComponent(node.data('slug'))}`, say('Open #', node.data('name'))))
      remember(node.data('slug'))
    },
    letGo () {
      state.node = null
      if (under) {
        under.faded = false
        cy.edges().remove()
      }
      cy.elements().removeClass('chosen faded')
      tell(say('No system is chosen.'))
      remember('')
    },
    line (edge) {
      const from = edge.source().data(); const to = edge.target().data()
      const { organisations, studies, standard } = edge.data()
      const count = organisations > 0 ? say(organisations === 1 ? '1 organisation' : '# organisations', organisations) : say(studies === 1 ? '1 case study' : '# case studies', studies)
      tell(say('# to # by #: #.', from.name, to.name, standard, count), link(`${place.dataset.pair}?${new URLSearchParams({ from: from.slug, to: to.slug })}`, say('Who has joined them')))
    }
  }
  return state
}

function link (address, text) {
  const made = element('a', '', text)
  made.href = address
  return made
}

function open (node) {
  location.assign(`/systems/${encodeURIComponent(node.data('slug'))}`)
}

/** Moves the graph when a system is at its edge or outside, and nearer when no name can be read. */
function intoView (cy, node) {
  if (cy.zoom() < legible / 2) cy.zoom(legible)
  const at = node.renderedPosition()
  const margin = 40
  if (at.x < margin || at.y < margin || at.x > cy.width() - margin || at.y > cy.height() - margin) cy.center(node)
}

/** Puts the system into the address, into the form of the filters and the links to other views, and gets what is said of it. */
const remember = slug => {
  const url = new URL(location.href)
  if (slug) url.searchParams.set('selected', slug)
  else url.searchParams.delete('selected')
  history.replaceState(history.state, '', url)
  const select = document.querySelector('[data-map-choose] select')
  if (select) select.value = slug
  const form = document.querySelector('form[data-filters]')
  if (form) {
    form.querySelector('input[name=selected]')?.remove()
    if (slug) form.prepend(hidden('selected', slug))
  }
  words(url)
}

function hidden (name, value) {
  const made = document.createElement('input')
  Object.assign(made, { type: 'hidden', name, value })
  return made
}

const words = debounce(async url => {
  try {
    const page = new DOMParser().parseFromString(await fragment(url), 'text/html')
    if (location.href !== url.href) return
    for (const part of ['#map-one', '.gr-views', '.gr-chosen']) {
      const now = page.querySelector(part)
      if (now) document.querySelector(part)?.replaceChildren(...now.childNodes)
    }
  } catch (error) {
    console.error(error)
  }
}, 200)

/** The list of systems chooses in the graph. One that is not drawn is looked at in words alone. */
function chooser (cy, chosen, signal) {
  const form = document.querySelector('[data-map-choose]')
  const select = form?.querySelector('select')
  if (!select) return
  const take = event => {
    const node = cy.nodes().filter(n => n.data('slug') === select.value)
    if (node.length > 0) {
      event.preventDefault()
      chosen.choose(node[0])
    } else if (select.value === '') {
      event.preventDefault()
      chosen.letGo()
    } else if (event.type === 'change') {
      form.requestSubmit()
    }
  }
  select.addEventListener('change', take, { signal })
  form.addEventListener('submit', take, { signal })
}

/** Buttons that zoom. The wheel does once the graph has the focus: until then it scrolls the page. */
function zooming (cy, place, canvas, signal) {
  for (const button of place.querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', () => zoom(cy, button.dataset.zoom), { signal })
  }
  const byTouch = matchMedia('(pointer: coarse)').matches
  cy.userZoomingEnabled(byTouch)
  canvas.addEventListener('focus', () => cy.userZoomingEnabled(true))
  canvas.addEventListener('blur', () => cy.userZoomingEnabled(byTouch))
}

function zoom (cy, how) {
  cy.data('moved', how !== 'fit')
  if (how === 'fit') return cy.fit(undefined, 16)
  const middle = cy.$('.chosen').length > 0 ? cy.$('.chosen').renderedPosition() : { x: cy.width() / 2, y: cy.height() / 2 }
  cy.zoom({ level: cy.zoom() * (how === 'in' ? 1.4 : 1 / 1.4), renderedPosition: middle })
}

const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function keys (cy, canvas, chosen) {
  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const node = chosen.node ?? cy.nodes()[0]
    const done = {
      Enter: () => open(node),
      Escape: () => chosen.letGo(),
      Home: () => chosen.choose(cy.nodes()[0]),
      '+': () => zoom(cy, 'in'),
      '=': () => zoom(cy, 'in'),
      '-': () => zoom(cy, 'out'),
      0: () => zoom(cy, 'fit')
    }[event.key] ?? (ways[event.key] && (() => chosen.choose(next(cy, node, ways[event.key]))))
    if (!done) return
    event.preventDefault()
    done()
  })
}

/** The system in a direction: of those that one is joined to when there is any, else of all. */
function next (cy, node, [dx, dy]) {
  return nearest(node, node.neighborhood().nodes(), dx, dy) ?? nearest(node, cy.nodes().not(node), dx, dy) ?? node
}

function nearest (node, others, dx, dy) {
  const from = node.position()
  let best = null; let least = Infinity
  for (const other of others) {
    const to = other.position()
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy
    const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx)
    if (along <= 0 || aside > along) continue
    if (along + 2 * aside < least) [best, least] = [other, along + 2 * aside]
  }
  return best
}
