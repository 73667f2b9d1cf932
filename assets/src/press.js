// A press that stays on the page: a form of one button is sent without leaving it, and take() is given what came back, with
// every form of its kind that is sent to the same address, since the same button can stand twice on a page. When anything
// is unexpected the form is sent as it is without the script, so the person sees the server's own answer.

export function press (root, kind, take) {
  root.addEventListener('submit', event => {
    const form = event.target.closest(kind)
    if (!form || event.defaultPrevented) return
    event.preventDefault()
    if (form.dataset.busy) return
    form.dataset.busy = 'true'
    send(form, kind, take).catch(() => form.submit()).finally(() => delete form.dataset.busy)
  })
}

async function send (form, kind, take) {
  const response = await fetch(form.action, {
    method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/json' }
  })
  if (!response.ok || response.redirected) throw new Error(`answered ${response.status}`)
  const answer = await response.json()
  take(answer, [...document.querySelectorAll(kind)].filter(other => other.action === form.action))
}
