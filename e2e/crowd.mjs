// A bundle of case studies by many people of several staff groups, all of them made up, for what only shows with many.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const groups = [['Nursing and Midwifery Registered', 45, 'RR8'], ['Administrative and Clerical', 30, 'RR8'], ['Allied Health Professionals', 20, 'RX1'], ['Medical and Dental', 3, 'RX1']]
const organisations = [{ code: 'RR8', name: 'Leeds Teaching Hospitals NHS Trust', kind: 'Acute trust', region: 'North East and Yorkshire' }, { code: 'RX1', name: 'Nottingham University Hospitals NHS Trust', kind: 'Acute trust', region: 'Midlands' }]

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const id = (kind, n) => `01HKQEC0${kind}00000000000000${letters[Math.floor(n / 1024)]}${letters[Math.floor(n / 32) % 32]}${letters[n % 32]}`
const day = n => new Date(Date.UTC(2025, 0, 1, 9) + n * 86_400_000)
const stamp = date => date.toISOString().replace('.000Z', 'Z')

/** Writes the bundle into a folder of its own and gives the folder. */
export function crowd () {
  const folder = mkdtempSync(join(tmpdir(), 'grassroots-crowd-'))
  const sums = []
  const write = (name, text) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
    sums.push(`${createHash('sha256').update(text).digest('hex')}  ${name}\n`)
  }
  const people = groups.flatMap(([staffGroup, count, organisation]) => Array.from({ length: count }, () => ({ staff_group: staffGroup, organisation })))
    .map((p, n) => ({ id: id('P', n), handle: `crowd-${n}`, name: `Person ${letters[n % 20 + 10]}${letters[Math.floor(n / 20) + 10]}`, ...p, created: '2025-01-01T09:00:00Z' }))
  people.forEach((p, n) => {
    const at = `case-studies/${id('S', n)}`
    const created = stamp(day(n))
    write(`${at}/record.json`, JSON.stringify({ id: id('S', n), slug: `crowd-${n}`, status: 'published', owner: p.id, revision: 1, votes: 0, created, updated: created, published: created }, null, 2) + '\n')
    write(`${at}/case-study.md`, `---\nformat: grassroots/case-study/1\nid: ${id('S', n)}\ntitle: Number ${n} of a crowd\nstage: idea\nlicence: OGL-UK-3.0\nlanguage: en\ncreated: ${created}\nupdated: ${created}\n---\n\nOne of many.\n`)
    write(`${at}/revisions.jsonl`, JSON.stringify({ number: 1, editor: p.id, created }) + '\n')
    write(`${at}/comments.jsonl`, JSON.stringify({ id: id('C', n), author: people[(n + 1) % people.length].id, kind: 'experience', body: 'We do this too.', version: 1, created: stamp(day(n + 2)) }) + '\n')
  })
  write('people.jsonl', people.map(p => JSON.stringify(p) + '\n').join(''))
  write('organisations.jsonl', organisations.map(o => JSON.stringify(o) + '\n').join(''))
  write('bundle.json', JSON.stringify({ format: 'grassroots/bundle/1', emails: false, case_studies: people.length, revisions: people.length, comments: people.length, attachments: 0, people: people.length, organisations: organisations.length, systems: 0, standards: 0 }, null, 2) + '\n')
  writeFileSync(join(folder, 'sha256sums.txt'), sums.join(''))
  return folder
}
