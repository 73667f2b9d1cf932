// Keeping for later without leaving the page: <form data-keep>.
import { say } from './lib.js'
import { press } from './press.js'

export function keep (root) {
  press(root, 'form[data-keep]', ({ bookmarked }, forms) => {
    if (typeof bookmarked !== 'boolean') throw new Error('not the answer of a bookmark')
    for (const form of forms) show(form, bookmarked)
  })
}

function show (form, kept) {
  form.querySelector('button').setAttribute('aria-pressed', String(kept))
  form.querySelector('[data-keep-label]').textContent = say(kept ? 'Saved' : 'Save')
  form.elements.kept.value = String(!kept)
}
