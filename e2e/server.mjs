// Starts the built program with its demo content on a free port and in a folder of its own, and ends it again.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = process.env.GRASSROOTS_TEST_PROGRAM || fileURLToPath(new URL('../bin/grassroots', import.meta.url))

// How long the program may take to start or to stop, on a machine that does other things as well.
const patience = 60_000

/**
 * Starts a server. What it prints is kept for when a test fails. With a folder of case studies it has those, and the demo
 * content without, unless both are asked for. More settings may be given, also to take one of these back.
 */
export async function startServer ({ content, demo = false, settings = {} } = {}) {
  if (!existsSync(program)) throw new Error(`${program} is not there: run make build.`)
  const folder = await mkdtemp(join(tmpdir(), 'grassroots-e2e-'))
  // Nothing else of the environment is passed on: the program refuses settings it does not know, and a test must not
  // depend on those of whoever runs it. It starts in its folder so that it reads no .env.
  const env = { PATH: process.env.PATH, HOME: folder, GRASSROOTS_DEMO: '1', GRASSROOTS_ADDR: '127.0.0.1:0', GRASSROOTS_DATA_DIR: join(folder, 'data'), GRASSROOTS_LOG: 'warn', GRASSROOTS_LIMITS_OFF: '1', ...settings }
  if (content) execFileSync(program, ['import', content], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] })
  if (demo) execFileSync(program, ['demo'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const child = spawn(program, ['serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const server = { url: '', printed: '', stop: () => stop(child, folder) }
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`The server ended (${signal ?? code}) and said:\n${server.printed}`)))
  })
  const address = new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', text => {
        server.printed += text
        const found = server.printed.match(/Grassroots is at (http:\/\/\S+)/)
        if (found) resolve(found[1])
      })
    }
  })
  try {
    server.url = await within(patience, 'the server to print its address', Promise.race([address, ended]))
    await within(patience, 'the server to be ready', Promise.race([ready(server.url), ended]))
  } catch (error) {
    await server.stop()
    throw error
  } finally {
    ended.catch(() => {}) // it will end, once it is told to
  }
  return server
}

/** A port that was free a moment ago, for a site whose address has to be known before it starts. */
export async function freePort () {
  const server = createServer()
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Asks until the server says that it can answer. */
async function ready (url) {
  for (;;) {
    const response = await fetch(`${url}/readyz`).catch(() => null)
    if (response?.ok) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Ends the process, by its id, and takes its folder away. */
async function stop (child, folder) {
  if (child.exitCode === null && child.signalCode === null && child.pid) {
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGTERM')
    await within(patience, 'the server to end', gone).catch(async error => {
      child.kill('SIGKILL')
      await gone
      throw error
    })
  }
  await rm(folder, { recursive: true, force: true })
}

/** Fails when a promise takes longer than it may. */
async function within (ms, what, promise) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited in vain for ${what}.`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
