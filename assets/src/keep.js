// Keeping for later without leaving the page: <form data-keep>. When anything is unexpected the form is sent as it is
// without the script, so the person sees the server's own answer.

export function keep (root) {
  root.addEventListener('submit', event => {
    const form = event.target.closest('form[data-keep]')
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
  const { bookmarked } = await response.json()
  if (typeof bookmarked !== 'boolean') throw new Error('not the answer of a bookmark')
  for (const other of document.querySelectorAll('form[data-keep]')) {
    if (other.action === form.action) show(other, bookmarked)
  }
}

function show (form, kept) {
  form.querySelector('button').setAttribute('aria-pressed', String(kept))
  form.querySelector('[data-keep-label]').textContent = kept ? 'Saved' : 'Save'
  form.elements.kept.value = String(!kept)
}
