// Makes and uses passkeys: <form data-passkey="/where/it/begins">. Its page says what to do without this script.
import { say } from './lib.js'

/** Bytes from base64url, which is how JSON has them. */
function bytes (text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0))
}

function text (buffer) {
  return buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The options of the server, with bytes where the browser wants them. */
function decode (options) {
  options.challenge = bytes(options.challenge)
  if (options.user) options.user.id = bytes(options.user.id)
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const credential of list || []) credential.id = bytes(credential.id)
  }
  return options
}

/** What the browser made, as the server reads it. */
function encode (credential) {
  const { response } = credential
  const out = { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: { clientDataJSON: text(response.clientDataJSON) } }
  for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) out.response[name] = text(response[name])
  }
  if (response.getTransports) out.response.transports = response.getTransports()
  return JSON.stringify(out)
}

async function ceremony (form) {
  const answer = await fetch(form.dataset.passkey, { method: 'POST', headers: { Accept: 'application/json' } })
  if (answer.status === 401) return // the form itself leads to signing in, and its fields come back after
  if (!answer.ok) throw new Error((await answer.json()).detail)
  const { state, options } = await answer.json()
  const publicKey = decode(options)
  const credential = 'passkeyNew' in form.dataset ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey })
  form.elements.state.value = state
  form.elements.credential.value = encode(credential)
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const without = form.previousElementSibling
  if (!window.PublicKeyCredential) {
    without.textContent = say('This browser has no passkeys. Use another browser, or sign in in another way.')
    continue
  }
  without.hidden = true
  form.hidden = false
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const status = form.querySelector('[data-passkey-status]')
    status.textContent = say('Waiting for your device')
    try {
      // A form that is wrong needs no passkey: the server says so.
      if (form.elements.name?.value !== '') await ceremony(form)
      status.textContent = ''
      form.submit()
    } catch (error) {
      const refused = ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(error.name)
      status.textContent = refused ? say('Your device gave no passkey, or has one for this site already. Try again.') : say('That did not work: #', error.message)
    }
  })
}
