// Brings the hints for plain English up to date while somebody writes: <div data-reading="/case-studies/reading"> in a form.
// Without the script they are those of what was saved last.
import { debounce, formBody, fragment } from './lib.js'

export function reading (root) {
  const panel = root.querySelector('[data-reading]')
  const form = panel?.closest('form')
  const opened = () => [...panel.querySelectorAll('details')]
  form?.addEventListener('input', debounce(async () => {
    const ends = opened().filter(d => d.open).map(end)
    try {
      panel.innerHTML = await fragment(panel.dataset.reading, { method: 'POST', body: formBody(form) })
      for (const d of opened()) d.open = ends.includes(end(d))
    } catch {
      // The hints of a moment ago stay.
    }
  }, 1200))
}

// What tells one kind of hint from another, whatever their number.
const end = details => details.firstElementChild.textContent.trim().slice(-4)
