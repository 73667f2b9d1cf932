// Starts the browser that the tests drive, and says which one took part.
import { appendFileSync } from 'node:fs'

import { chromium } from 'playwright-core'

import { browserPath } from './browserpath.mjs'

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
