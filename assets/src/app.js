// The script of every page. Nothing here is needed to use a page: each behaviour finds its own elements, and a fault in
// one leaves the others, and the plain form or link below it, working.
import { Button, CharacterCount, createAll, ErrorSummary, Header, NotificationBanner, SkipLink } from 'nhsuk-frontend'

import { autosave } from './autosave.js'
import { filters } from './filters.js'
import { idle } from './idle.js'
import { keep } from './keep.js'
import { organisations } from './organisations.js'
import { preview } from './preview.js'
import { reading } from './reading.js'
import { similar } from './similar.js'
import { suggest } from './suggest.js'
import { upload } from './upload.js'
import { vote } from './vote.js'

// The design system's behaviours wait for this class. Its usual inline script is refused by our content security policy.
document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')

for (const component of [Button, CharacterCount, ErrorSummary, Header, NotificationBanner, SkipLink]) {
  createAll(component)
}

for (const start of [autosave, filters, idle, keep, organisations, preview, reading, similar, suggest, upload, vote]) {
  try {
    start(document)
  } catch (error) {
    console.error(error)
  }
}
