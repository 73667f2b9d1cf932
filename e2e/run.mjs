// Runs every test of this folder, prints what failed, and closes with how many passed and failed.
import { readdirSync } from 'node:fs'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

import { browserPath } from './browserpath.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const inCI = ['true', '1'].includes(process.env.CI)

if (!browserPath()) {
  console.error('\n*** No Chromium was found, so NO BROWSER TEST RAN. Install it, or name it in CHROMIUM. ***\n')
  console.log(`0 passed, ${inCI ? 1 : 0} failed`)
  process.exit(inCI ? 1 : 0)
}

const wanted = process.argv.slice(2)
const files = readdirSync(here).filter(name => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some(w => name.includes(w)))).map(name => here + name)
const counts = { passed: 0, failed: 0 }

// Two files at a time: each has its server and its browser, and the machines of CI are small. Some wait for a clock.
const stream = run({ files, concurrency: 2 })
stream.on('test:pass', event => { if (event.details.type !== 'suite' && !event.skip && !event.todo) counts.passed++ })
stream.on('test:fail', event => { if (event.details.type !== 'suite') counts.failed++ })
const report = stream.compose(spec)
report.pipe(process.stdout)
report.on('end', () => {
  if (counts.passed + counts.failed === 0) counts.failed = 1 // nothing ran, which is not success
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`, () => process.exit(counts.failed > 0 ? 1 : 0))
})
