// Votes without leaving the page: <form data-vote>.
import { count, say } from './lib.js'
import { press } from './press.js'

export function vote (root) {
  press(root, 'form[data-vote]', ({ votes, voted }, forms) => {
    if (typeof votes !== 'number' || typeof voted !== 'boolean') throw new Error('not the answer of a vote')
    for (const form of forms) show(form, votes, voted)
  })
}

function show (form, votes, voted) {
  form.querySelector('button').setAttribute('aria-pressed', String(voted))
  form.querySelector('[data-vote-label]').textContent = say(voted ? 'Voted' : 'Vote')
  form.querySelector('[data-vote-count]').textContent = count(votes)
  form.querySelector('[data-vote-noun]').textContent = ' ' + say(votes === 1 ? 'vote' : 'votes')
  form.elements.voted.value = String(!voted)
}
