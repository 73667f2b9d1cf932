// Finds and starts the browser that the tests drive, and says which one took part.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'

import { chromium } from 'playwright-core'

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

/** Starts the browser, with nothing in it that asks another host by itself. */
export async function launch () {
  const executablePath = browserPath()
  if (!executablePath) throw new Error('No Chromium was found: install it, or name it in CHROMIUM.')
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  })
  if (process.env.GRASSROOTS_TEST_SERVERS) {
    appendFileSync(process.env.GRASSROOTS_TEST_SERVERS, `SERVER chromium: ${browser.version()} took part\n`)
  }
  return browser
}
