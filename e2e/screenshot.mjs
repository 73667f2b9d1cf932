// Makes the pictures of the documentation from the demo content: `npm run screenshot`.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { launch } from './browser.mjs'
import { startServer } from './server.mjs'

const images = fileURLToPath(new URL('../docs/images/', import.meta.url))

const server = await startServer()
const browser = await launch()
try {
  await mkdir(images, { recursive: true })
  const page = await browser.newPage({ baseURL: server.url, viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce' })
  await page.goto('/case-studies', { waitUntil: 'networkidle' })
  await page.getByRole('article').first().waitFor()
  await page.screenshot({ path: images + 'case-studies.png' })
  console.log('docs/images/case-studies.png')
} finally {
  await browser.close()
  await server.stop()
}
