// Brings the hints for plain English up to date while somebody writes: <div data-reading="/case-studies/reading"> in a form,
// or in what stands beside it. Without the script they are those of what was saved last.
import { debounce, fragment } from './lib.js'

const QUIET = 1200
const PROSE = /^(summary|intro|other|body|section_.*)$/

export function reading (root) {
  const panel = root.querySelector('[data-reading]')
  const form = panel?.closest('form')
  if (!form) return
  let current
  let read = text()
  const look = debounce(async () => {
    const now = text()
    if (now === read) return
    read = now
    current?.abort()
    current = new AbortController()
    const open = [...panel.querySelectorAll('details[open] summary')].map(s => kind(s))
    try {
      panel.innerHTML = await fragment(panel.dataset.reading, {
        method: 'POST', body: new URLSearchParams({ text: now, language: panel.dataset.language }), signal: current.signal
      })
      for (const s of panel.querySelectorAll('details summary')) s.parentElement.open = open.includes(kind(s))
    } catch {
      // The hints that are there are of a moment ago; the form is whole without them.
    }
  }, QUIET)
  form.addEventListener('input', event => { if (PROSE.test(event.target.name)) look() })

  function text () {
    return [...form.elements].filter(e => PROSE.test(e.name)).map(e => e.value).join('\n\n')
  }

  function kind (summary) {
    return summary.textContent.replace(/\d+/g, '').trim().slice(0, 8)
  }
}
