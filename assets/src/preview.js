// Shows how the text of a textarea will look: <button data-preview="/case-studies/preview" data-preview-for="body">.
// Without the script the button sends its form, and the server shows the preview.
import { fragment, say } from './lib.js'

export function preview (root) {
  root.addEventListener('click', async event => {
    const button = event.target.closest('[data-preview]')
    if (!button) return
    const textarea = document.getElementById(button.dataset.previewFor)
    const panel = document.getElementById(`${button.dataset.previewFor}-preview`)
    if (!textarea || !panel) return
    event.preventDefault()
    panel.hidden = false
    panel.setAttribute('aria-busy', 'true')
    try {
      panel.innerHTML = await fragment(button.dataset.preview, {
        method: 'POST', body: new URLSearchParams({ text: textarea.value })
      })
      panel.focus()
    } catch {
      panel.textContent = say('The preview could not be made. Your text is still here. Try again.')
    } finally {
      panel.removeAttribute('aria-busy')
    }
  })
}
