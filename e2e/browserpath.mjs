// Finds the browser that the tests drive. It needs no package, so that whoever asks can be told that none is installed.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

// The shell without a window comes first: the same tests take it 60% of the time.
const names = [
  process.env.GRASSROOTS_TEST_CHROMIUM, process.env.CHROMIUM, 'chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable',
  '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
]

/** The path of the browser, or null when there is none. */
export function browserPath () {
  for (const name of names) {
    if (!name) continue
    if (name.includes('/')) {
      if (existsSync(name)) return name
      continue
    }
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    } catch {
      // The next name may be there.
    }
  }
  return null
}
