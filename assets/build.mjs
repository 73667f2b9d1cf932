// Builds src into dist: the style sheet and the script of every page, those of the map alone, and the icon, named by what
// is in them and compressed once, here, so that the server never compresses them again. Prints what each weighs.
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

import * as esbuild from 'esbuild'
import { PurgeCSS } from 'purgecss'
import * as sass from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const src = join(here, 'src')
const dist = join(here, 'dist')
const nhsuk = join(here, 'node_modules/nhsuk-frontend/dist/nhsuk')

// Browsers of the last few years; the pages themselves work in older ones, without the script.
const target = ['chrome109', 'edge109', 'firefox115', 'safari15.6']

// What a page may weigh over the wire, in bytes after brotli: any first page, and then the map.
const budget = { 'app.css': 14 * 1024, 'app.js': 10 * 1024, 'icon.svg': 1024, 'map.css': 3 * 1024, 'map.js': 4 * 1024, 'passkey.js': 2 * 1024, 'cytoscape.js': 128 * 1024 }

/** A style sheet: compiled, without the rules that no page or script can match, minified. */
async function css (entry) {
  const compiled = await sass.compileAsync(join(src, entry), { loadPaths: [join(here, 'node_modules')], quietDeps: true })
  // The one picture that the design system's style sheet asks for is a cross inside search boxes; browsers have their own.
  const raw = compiled.css.replace(/[^{}]*\{[^{}]*url\([^{}]*\}/g, '')
  const [purged] = await new PurgeCSS().purge({
    css: [{ raw }],
    content: [
      join(here, '../templates/**/*.templ'),
      join(here, '../templates/!(*_templ|*_test).go'),
      join(src, '*.js'),
      join(nhsuk, 'components/{button,character-count,error-summary,header,notification-banner,skip-link}/*(button|character-count|error-summary|header|notification-banner|skip-link).mjs')
    ],
    // Class names that the components put together from parts.
    safelist: {
      standard: [/^nhsuk-tag--/, /^nhsuk-icon--/, /^nhsuk-button--(secondary|warning|small)$/, /^nhsuk-(label|fieldset__legend)--/, /^nhsuk-input--width-/, 'nhsuk-frontend-supported', 'js-enabled'],
      // Our own parts are all used, if not in every version of every page. The body of a case study is rendered from
      // Markdown, so its elements stand in no template.
      greedy: [/gr-/]
    },
    variables: true
  })
  const { code } = await esbuild.transform(purged.css, { loader: 'css', minify: true, target })
  if (/@font-face|@import|url\(/.test(code)) {
    throw new Error('the style sheet asks for another file; a first page has no request to spare for it')
  }
  return Buffer.from(code)
}

/** A script with what it imports. */
async function js (entry) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(src, entry)], bundle: true, format: 'esm', minify: true, target, legalComments: 'none', write: false
  })
  return Buffer.from(outputFiles[0].contents)
}

/** Writes one file under its hashed name with its compressed forms, and gives back that name and the sizes. */
async function emit (name, body) {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  const extension = extname(name)
  const hashed = `${name.slice(0, -extension.length)}-${hash}${extension}`
  const br = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } })
  const gz = gzipSync(body, { level: 9 })
  await writeFile(join(dist, hashed), body)
  await writeFile(join(dist, hashed + '.br'), br)
  await writeFile(join(dist, hashed + '.gz'), gz)
  return { name, hashed, raw: body.length, gz: gz.length, br: br.length }
}

await mkdir(dist, { recursive: true })
for (const old of await readdir(dist)) {
  if (old !== '.gitkeep') await rm(join(dist, old), { recursive: true })
}

const built = []
for (const [name, body] of [
  ['app.css', await css('app.scss')],
  ['app.js', await js('app.js')],
  ['icon.svg', await readFile(join(src, 'icon.svg'))],
  ['map.css', await css('map.scss')],
  ['map.js', await js('map.js')],
  ['passkey.js', await js('passkey.js')],
  ['cytoscape.js', await js('cytoscape.js')]
]) {
  built.push(await emit(name, body))
}
await writeFile(join(dist, 'manifest.json'), JSON.stringify(Object.fromEntries(built.map(f => [f.name, f.hashed])), null, 2) + '\n')

const row = (name, ...sizes) => console.log(name.padEnd(14) + sizes.map(s => String(s).padStart(10)).join(''))
row('', 'bytes', 'gzip', 'brotli')
for (const f of built) row(f.name, f.raw, f.gz, f.br)
row('a first page', ...['raw', 'gz', 'br'].map(k => built.slice(0, 3).reduce((sum, f) => sum + f[k], 0)))

const heavy = built.filter(f => f.br > budget[f.name])
if (heavy.length > 0) {
  console.error(`Too heavy: ${heavy.map(f => `${f.name} has ${f.br} bytes, the limit is ${budget[f.name]}`).join('; ')}.`)
  process.exitCode = 1
}
