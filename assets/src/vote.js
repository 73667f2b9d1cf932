// Votes without leaving the page: <form data-vote>. When anything is unexpected the form is sent as it is without the
// script, so the person sees the server's own answer.
import { count } from './lib.js'

export function vote (root) {
  root.addEventListener('submit', event => {
    const form = event.target.closest('form[data-vote]')
    if (!form || event.defaultPrevented) return
    event.preventDefault()
    if (form.dataset.busy) return
    form.dataset.busy = 'true'
    send(form).catch(() => form.submit()).finally(() => delete form.dataset.busy)
  })
}

async function send (form) {
  const response = await fetch(form.action, {
    method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/json' }
  })
  if (!response.ok || response.redirected) throw new Error(`answered ${response.status}`)
  const { votes, voted } = await response.json()
  if (typeof votes !== 'number' || typeof voted !== 'boolean') throw new Error('not the answer of a vote')
  // The same case study can have a button at both ends of its page.
  for (const other of document.querySelectorAll('form[data-vote]')) {
    if (other.action === form.action) show(other, votes, voted)
  }
}

function show (form, votes, voted) {
  form.querySelector('button').setAttribute('aria-pressed', String(voted))
  form.querySelector('[data-vote-label]').textContent = voted ? 'Voted' : 'Vote'
  form.querySelector('[data-vote-count]').textContent = count(votes)
  form.querySelector('[data-vote-noun]').textContent = votes === 1 ? ' vote' : ' votes'
  form.elements.voted.value = String(!voted)
}
