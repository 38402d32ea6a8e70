import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { AuditEvent } from './audit-event.ts'
import { type AuditSigner, openAuditKey, readAuditPublicKey } from './audit-key.ts'
import { AuditWriter } from './audit-writer.ts'
import { parseLine } from './chain.ts'
import { keepAudit } from './keep-audit.ts'
import { chainedLine, remade } from './testing/chained-line.ts'
import { madeRecord } from './testing/made-record.ts'
import { verifyAudit } from './verify-audit.ts'

const day = 86_400_000
/** When the records of `madeRecord` begin. */
const then = 1_700_000_000_000

let root = ''
let folder = ''
let signer: AuditSigner
let main: AuditWriter
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-keep-'))
  folder = join(root, 'audit')
  signer = openAuditKey(root)
  main = new AuditWriter({ folder, writer: 'zz-main', signer })
})
afterEach(async () => {
  await main.close()
  rmSync(root, { recursive: true })
})

const publicKey = () => readAuditPublicKey(join(root, 'audit-key.pub.pem'))
const written = () => readdirSync(folder).filter(name => name.startsWith('w-'))
const pathOf = (name: string) => join(folder, name)

async function fill(count = 20): Promise<void> {
  const audit = new AuditWriter({ folder, writer: 'w', signer, maxSegmentBytes: 2000 })
  for (let i = 0; i < count; i++) {
    audit.write(madeRecord(i))
    await audit.flush()
  }
  await audit.close()
}

/** A writer with one record, whose file looks as if nobody had written it for long. */
async function untouched(upTo: 'flush' | 'seal') {
  const audit = new AuditWriter({ folder, writer: 'w', signer })
  audit.write(madeRecord(1))
  await audit[upTo]()
  const [name = ''] = written()
  utimesSync(pathOf(name), 0, 0)
  return { audit, name }
}

async function seal(event: AuditEvent): Promise<void> {
  main.write(event)
  await main.seal()
}

/** Removes what is older than 30 days; answers what went, and what is said of what stays. */
async function keep(now: number, isWriting = (_: string) => false) {
  const [events, faulty] = [[] as AuditEvent[], [] as string[]]
  const key = publicKey()
  assert.ok(key !== undefined)
  const record = async (event: AuditEvent) => {
    events.push(event)
    await seal(event)
  }
  const onFaulty = (name: string, why: string) => faulty.push(`${name}: ${why}`)
  const { removed } = await keepAudit({
    folder,
    now,
    retention: 30 * day,
    compress: false,
    publicKey: key,
    isWriting,
    record,
    onFaulty,
  })
  return { removed, events, faulty }
}

const aged = (text: string) => text.replace(/"time":"20\d\d/, '"time":"2016')

test('a segment whose last checkpoint was made to look old stays, hash or no hash, and what is wrong is said', async () => {
  await fill()
  const [first = ''] = written()
  const whole = readFileSync(pathOf(first), 'utf8')
  writeFileSync(pathOf(first), whole.replace(/("checkpoint":\{"time":")20\d\d/, '$12016'))
  const plain = await keep(then + day)
  assert.deepEqual([plain.removed, plain.faulty], [0, [`${first}: a record was changed`]])
  writeFileSync(pathOf(first), whole)
  for (const made of [aged, (text: string) => (text.startsWith('{"checkpoint"') ? aged(text) : text)]) {
    writeFileSync(pathOf(first), remade(whole, made))
    const { removed, faulty } = await keep(then + day)
    assert.deepEqual([removed, faulty], [0, [`${first}: the signature of its last checkpoint is not good`]])
    writeFileSync(pathOf(first), whole)
  }
  assert.equal(existsSync(pathOf(first)), true)
})

test('a segment is as old as its newest record, which the trail says when it is removed', async t => {
  t.mock.timers.enable({ apis: ['Date'], now: then - 100 * day })
  await fill()
  t.mock.timers.reset()
  const [first = ''] = written()
  assert.equal((await keep(then + 29 * day)).removed, 0)
  const { removed, events, faulty } = await keep(then + 31 * day)
  assert.deepEqual([removed > 3, written(), faulty], [true, [], []])
  assert.equal(events[0]?.detail.segment, first)
  assert.match(String(events[0]?.detail.newest), /^2023-11-14T22:13:20\.0\d\dZ$/)
  const { faults, notes } = await verifyAudit(folder, publicKey())
  assert.deepEqual(faults, [])
  assert.match(notes.join('\n'), /segments removed when their time had come, as the trail says: \d/)
})

test('a segment with something put in, behind its end or before a hole stays, and those behind it', async () => {
  const old = Date.now() + 40 * day
  await fill()
  const [first = '', second = ''] = written()
  const [whole, count] = [readFileSync(pathOf(first), 'utf8'), written().length]
  appendFileSync(pathOf(first), 'something\n')
  assert.deepEqual((await keep(old)).faulty, [`${first}: something stands behind its end`])
  writeFileSync(pathOf(first), `${' '.repeat(5 << 20)}${whole}`)
  assert.deepEqual((await keep(old)).faulty, [`${first}: a line is longer than any of a trail`])
  rmSync(pathOf(first))
  assert.deepEqual((await keep(old)).faulty, [`${second}: it does not go on where the segment before it ended`])
  writeFileSync(pathOf(first), whole)
  assert.equal((await keep(old)).removed, count)
})

test('what was removed in an earlier look is known by what the trail says, signed', async () => {
  await fill()
  const [first = '', ...others] = written()
  for (const name of others) writeFileSync(join(root, name), readFileSync(pathOf(name)))
  for (const name of others) rmSync(pathOf(name))
  const old = Date.now() + 40 * day
  assert.equal((await keep(old)).removed, 1)
  for (const name of others) writeFileSync(pathOf(name), readFileSync(join(root, name)))
  const { removed, faulty } = await keep(old)
  assert.deepEqual([removed, faulty, existsSync(pathOf(first))], [others.length, [], false])
})

test('the end that a killed writer did not sign goes when a signed chain has named it for so long', async () => {
  const { audit, name } = await untouched('flush')
  const line = readFileSync(pathOf(name), 'utf8')
  const now = Date.now()
  assert.deepEqual((await keep(now)).faulty, [`${name}: its end is not signed, and no signed chain names it`])
  const { seq = 0, hash = '' } = parseLine(line.trimEnd()) ?? {}
  await seal({ event: 'audit.heads', time: new Date(now - 20 * day).toISOString(), detail: { found: [`w/${seq}/${hash}`] } })
  const young = await keep(now)
  assert.deepEqual([young.removed, young.faulty], [0, []])
  assert.equal((await keep(now + 11 * day)).removed, 1)
  await audit.close()
})

test('what is named behind the last signature lets nothing go, whatever somebody puts behind it', async () => {
  const { audit, name } = await untouched('flush')
  const { seq = 0, hash = '' } = parseLine(readFileSync(pathOf(name), 'utf8').trimEnd()) ?? {}
  await seal({ event: 'gateway.started', time: new Date().toISOString(), detail: {} })
  const path = pathOf('zz-main-000001.jsonl')
  const last = parseLine(readFileSync(path, 'utf8').split('\n').at(-2) ?? '')
  assert.ok(last !== undefined)
  const event = { event: 'audit.heads', time: '2016-01-01T00:00:00.000Z', detail: { found: [`w/${seq}/${hash}`] } }
  const naming = chainedLine(last.seq + 1, last.hash, JSON.stringify(event))
  for (const mark of ['null', '{}']) {
    const whole = readFileSync(path)
    appendFileSync(path, naming.text + chainedLine(last.seq + 2, naming.hash, `{"checkpoint":${mark}}`).text)
    const { removed, faulty } = await keep(Date.now())
    assert.deepEqual([removed, faulty], [0, [`${name}: its end is not signed, and no signed chain names it`]])
    writeFileSync(path, whole)
  }
  await audit.close()
})

test('a segment that is still written stays, however long nobody called', async () => {
  const { audit } = await untouched('seal')
  assert.equal((await keep(Date.now(), writer => writer === 'w')).removed, 0)
  audit.write(madeRecord(2))
  await audit.close()
  assert.equal((await verifyAudit(folder, publicKey())).records, 2)
})

test('what cannot be read stays, is said, and keeps nothing else from being removed', async () => {
  await fill()
  mkdirSync(pathOf('a-000001.jsonl'))
  const { removed, faulty } = await keep(Date.now() + 40 * day)
  assert.ok(removed > 3)
  assert.match(faulty.join('\n'), /^a-000001\.jsonl: .*$/)
})
