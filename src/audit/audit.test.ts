import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { AuditEvent } from './audit-event.ts'
import { openAuditKey, readAuditPublicKey } from './audit-key.ts'
import { type AuditOptions, AuditWriter } from './audit-writer.ts'
import { parseLine } from './chain.ts'
import { readTail } from './chain-head.ts'
import { csvHeader, csvLine } from './csv.ts'
import { keepAudit } from './keep-audit.ts'
import { lastRecords, queryAudit } from './query-audit.ts'
import { linesHolding } from './scan-lines.ts'
import { readSegment, segmentsIn } from './segments.ts'
import { chainedLine, remade } from './testing/chained-line.ts'
import { madeRecord as record } from './testing/made-record.ts'
import { verifyAudit } from './verify-audit.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-audit-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function numbers(filter = {}): Promise<number[]> {
  const found: number[] = []
  for await (const one of queryAudit(folder, filter)) found.push(Number(one.requestId.slice(-12)))
  return found
}

async function fill(
  writer: string,
  from: number,
  to: number,
  maxSegmentBytes = 1_000_000,
  more: Partial<AuditOptions> = {},
): Promise<void> {
  const audit = new AuditWriter({ folder, writer, maxSegmentBytes, ...more })
  for (let i = from; i <= to; i++) {
    audit.write(record(i))
    await audit.flush()
  }
  await audit.close()
}

const segments = () => readdirSync(folder).sort()
const linesOf = (file: string) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1)
const rewrite = (file: string, lines: readonly string[]) =>
  writeFileSync(join(folder, file), lines.map(line => `${line}\n`).join(''))

test('records are found again by what they say', async () => {
  const audit = new AuditWriter({ folder, writer: 'w' })
  audit.write(record(1, { api: 'a', caller: { objectId: 'o1', userPrincipalName: 'ann@example' } }))
  audit.write(
    record(2, { api: 'b', decision: 'refused', reason: 'token.expired', caller: { objectId: 'o2', clientApplication: 'c' } }),
  )
  audit.write(record(3, { path: '/\n"ü\u2028\u2029\r\ud800' }))
  await audit.close()
  assert.deepEqual(await numbers(), [1, 2, 3])
  assert.deepEqual(await numbers({ api: 'b' }), [2])
  assert.deepEqual((await verifyAudit(folder)).faults, [])
  assert.deepEqual(await numbers({ caller: 'ann@example' }), [1])
  assert.deepEqual(await numbers({ caller: 'o2', reason: 'token.expired' }), [2])
  assert.deepEqual(await numbers({ application: 'c', decision: 'allowed' }), [])
  assert.deepEqual(await numbers({ from: 1_700_000_000_002, to: 1_700_000_000_003 }), [2])
  assert.deepEqual(await numbers({ requestId: record(3).requestId }), [3])
  assert.deepEqual(
    (await lastRecords(folder, {}, 2)).map(one => one.path),
    ['/a', '/\n"ü\u2028\u2029\r\ud800'],
  )
})

test('a trail of several writers and segments is whole as it was written', async () => {
  await fill('one', 1, 20, 2000)
  await fill('two', 21, 25)
  assert.ok(segments().length > 3)
  const { segments: count, records, faults, notes } = await verifyAudit(folder)
  assert.deepEqual([count, records, faults, notes], [segments().length, 25, [], []])
})

test('a record that was changed, removed, moved or put in is found at its line', async () => {
  await fill('w', 1, 6)
  const [file = ''] = segments()
  const lines = linesOf(file)
  const faults = async (changed: readonly (string | undefined)[]) => {
    rewrite(
      file,
      changed.filter(line => line !== undefined),
    )
    return (await verifyAudit(folder)).faults.map(fault => fault.line)
  }
  const [a, b, c, d, e, f, end] = lines
  assert.deepEqual(await faults([a, b, c?.replace('"status":200', '"status":500'), d, e, f, end]), [3])
  assert.deepEqual(await faults([a, b, c?.replace('"seq":2', '"seq":002'), d, e, f, end]), [3, 4])
  assert.deepEqual(await faults([a, c, d, e, f, end]), [2])
  assert.deepEqual((await faults([a, c, b, d, e, f, end])).length > 0, true)
  assert.deepEqual((await faults([a, b, b, c, d, e, f, end])).length > 0, true)
  assert.deepEqual(await faults([a, b, 'not a record', c, d, e, f, end]), [3])
  assert.deepEqual(await faults([b, c, d, e, f, end]), [1])
  assert.deepEqual((await faults([a, b, c, d, e, f, end, f])).length > 0, true)
  assert.deepEqual(await faults(lines), [])
})

test('bytes that only read like those that were written are found', async () => {
  const writer = new AuditWriter({ folder, writer: 'w' })
  writer.write(record(0, { path: '/\ufffd' }))
  writer.write(record(1))
  await writer.close()
  const path = join(folder, segments()[0] ?? '')
  const text = readFileSync(path, 'latin1')
  assert.ok(text.includes('/\xef\xbf\xbd'))
  writeFileSync(path, text.replace('/\xef\xbf\xbd', '/\xff'), 'latin1')
  assert.deepEqual(
    (await verifyAudit(folder)).faults.map(fault => fault.line),
    [1, 2],
  )
})

test('nor do such bytes stand for the end of a chain', async () => {
  const writer = new AuditWriter({ folder, writer: 'w' })
  writer.write(record(0))
  writer.write(record(1, { path: '/\ufffd' }))
  await writer.flush()
  const path = join(folder, segments()[0] ?? '')
  writeFileSync(path, readFileSync(path, 'latin1').replace('/\xef\xbf\xbd', '/\xff'), 'latin1')
  const { tail } = await readTail(segmentsIn(folder))
  assert.equal(tail?.line.seq, 0)
  await writer.close()
})

test('a segment that was taken away from between others is found', async () => {
  await fill('w', 1, 20, 1000)
  const [, second = ''] = segments()
  rmSync(join(folder, second))
  assert.notDeepEqual((await verifyAudit(folder)).faults, [])
})

test('what does not fit into the queue is counted, and the next record says how many were lost', async () => {
  const audit = new AuditWriter({ folder, writer: 'w', maxQueue: 2, interval: 1_000_000 })
  for (let i = 1; i <= 5; i++) audit.write(record(i))
  assert.ok(audit.isFull)
  assert.equal(audit.lost, 3)
  await audit.flush()
  assert.equal(audit.isFull, false)
  audit.write(record(6))
  await audit.close()
  const [file = ''] = segments()
  assert.match(linesOf(file)[2] ?? '', /"lostBefore":3/)
})

test('each batch is written after its interval, however far off the next checkpoint is', async t => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const audit = new AuditWriter({ folder, writer: 'w', interval: 50, checkpointInterval: 1_000_000 })
  for (let i = 1; i <= 3; i++) {
    audit.write(record(i))
    t.mock.timers.tick(50)
    while (audit.waiting > 0) await new Promise(setImmediate)
    assert.deepEqual(
      await numbers(),
      Array.from({ length: i }, (_, n) => n + 1),
    )
  }
  await audit.close()
})

test('a folder that cannot be written is told once, and the records are written when it can', async () => {
  const blocked = join(folder, 'audit')
  writeFileSync(blocked, '')
  const troubles: boolean[] = []
  const audit = new AuditWriter({ folder: blocked, writer: 'w', onTrouble: ({ failing }) => troubles.push(failing) })
  audit.write(record(1))
  await audit.flush()
  await audit.flush()
  assert.deepEqual(troubles, [true])
  rmSync(blocked)
  await audit.close()
  assert.deepEqual(troubles, [true, false])
  assert.equal(readdirSync(blocked).length, 1)
})

test('a trail that is made up anew, hashes and all, is found by its signatures', async () => {
  const signer = openAuditKey(join(folder, 'state'))
  await fill('w', 1, 6, 1_000_000, { signer, checkpointRecords: 2 })
  const key = readAuditPublicKey(join(folder, 'state', 'audit-key.pub.pem'))
  assert.deepEqual((await verifyAudit(folder, key)).faults, [])
  const [file = ''] = segments().filter(name => name.endsWith('.jsonl'))
  const path = join(folder, file)
  writeFileSync(
    path,
    remade(readFileSync(path, 'utf8'), text => text.replace('"status":200', '"status":500')),
  )
  assert.deepEqual((await verifyAudit(folder)).faults, [])
  const { faults } = await verifyAudit(folder, key)
  assert.ok(faults.length > 0 && faults.every(({ message }) => message.includes('signature')), JSON.stringify(faults))
  const other = openAuditKey(join(folder, 'elsewhere'))
  assert.notEqual(other.keyId, signer.keyId)
  const otherKey = readAuditPublicKey(join(folder, 'elsewhere', 'audit-key.pub.pem'))
  assert.match((await verifyAudit(folder, otherKey)).faults[0]?.message ?? '', /another key/)
})

test('the end of a killed writer is told, and no fault; a line cut off anywhere else is one', async () => {
  const audit = new AuditWriter({ folder, writer: 'w' })
  for (let i = 1; i <= 3; i++) audit.write(record(i))
  await audit.flush()
  const [file = ''] = segments()
  const path = join(folder, file)
  const whole = readFileSync(path, 'utf8')
  writeFileSync(path, whole.slice(0, -40))
  const { faults, notes, records } = await verifyAudit(folder)
  assert.deepEqual([faults, records], [[], 2])
  assert.match(notes[0] ?? '', /cut off/)
  writeFileSync(path, whole)
  assert.match((await verifyAudit(folder)).notes[0] ?? '', /still writes, or ended without a word/)
  await audit.close()
})

test('a segment that the trail says was begun must be there', async () => {
  const names: string[] = []
  await fill('w', 1, 3, 1_000_000, { onSegment: name => names.push(name) })
  const main = new AuditWriter({ folder, writer: 'main' })
  for (const segment of names) main.write({ event: 'audit.segment', time: new Date().toISOString(), detail: { segment } })
  await main.close()
  assert.deepEqual((await verifyAudit(folder)).faults, [])
  rmSync(join(folder, names[0] ?? ''))
  assert.match((await verifyAudit(folder)).faults[0]?.message ?? '', /was begun and is missing/)
})

test('segments whose time has come are removed, and the trail stays whole; closed ones are compressed and read as before', async () => {
  await fill('w', 1, 20, 2000)
  const main = new AuditWriter({ folder, writer: 'zz-main' })
  const record = async (event: AuditEvent) => {
    main.write(event)
    await main.flush()
  }
  const now = Date.now()
  const kept = await keepAudit({ folder, now, retention: undefined, compress: true, record })
  assert.equal(kept.compressed, segments().filter(name => name.startsWith('w-')).length)
  assert.deepEqual(
    await numbers(),
    Array.from({ length: 20 }, (_, i) => i + 1),
  )
  assert.deepEqual((await verifyAudit(folder)).faults, [])
  const { removed } = await keepAudit({ folder, now: now + 1000, retention: 1, compress: true, record })
  assert.ok(removed > 3)
  await main.close()
  assert.deepEqual((await verifyAudit(folder)).faults, [])
  assert.deepEqual(
    segments().map(name => name.slice(0, 7)),
    ['zz-main'],
  )
})

test('a segment that is compressed after it was found is read as before', async () => {
  await fill('w', 1, 3)
  const [segment] = segmentsIn(folder)
  assert.ok(segment !== undefined)
  await keepAudit({ folder, now: Date.now(), retention: undefined, compress: true, record: async () => {} })
  const lines: Buffer[] = []
  for await (const line of linesHolding(readSegment(segment), [])) lines.push(line)
  assert.equal(lines.length, 4)
})

test('a segment that is removed by hand between those that were retired is missed', async () => {
  await fill('w', 1, 20, 2000)
  const main = new AuditWriter({ folder, writer: 'zz-main' })
  const first = segments()[0] ?? ''
  let asked = 0
  const record = async (event: AuditEvent) => {
    if (asked++ > 0) throw new Error('enough')
    main.write(event)
    await main.flush()
  }
  await assert.rejects(keepAudit({ folder, now: Date.now() + 1000, retention: 1, compress: false, record }))
  await main.close()
  assert.ok(!segments().includes(first))
  assert.deepEqual((await verifyAudit(folder)).faults, [])
  rmSync(join(folder, segments()[0] ?? ''))
  assert.match((await verifyAudit(folder)).faults[0]?.message ?? '', /missing/)
})

test('a record is a line of CSV that no spreadsheet runs', () => {
  const line = csvLine(record(1, { path: '=cmd|"x"', expected: ['a', 'b'] }))
  assert.equal(line.split(',').length, csvHeader.split(',').length)
  assert.match(line, /,"'=cmd\|""x""",/)
  assert.match(line, /,"a; b",/)
})

test('nor does one that takes a semicolon, a tab or a line end for the end of a cell', () => {
  const fields = (path: string) => csvLine(record(1, { path })).split('/x')[1]?.split('/y')[0]
  assert.equal(fields('/x;=1/y'), ";'=1")
  assert.equal(fields('/x; "@A1;-1/y'), `; ""'@A1;'-1`)
  assert.equal(fields('/x\t+1\n=1\r\n=2/y'), "\t'+1\n'=1\r\n'=2")
  assert.match(csvLine(record(1, { path: ' =1' })), /, '=1,/)
  for (const path of ['/a;b', '/a\tb', '/a\nb']) assert.ok(csvLine(record(1, { path })).includes(`,"${path}",`), path)
  assert.match(csvLine(record(1, { path: '/a-1+2=3@b' })), /,\/a-1\+2=3@b,/)
})

test('what is sealed is signed and told as far as it goes; so is the end', async () => {
  const told: number[] = []
  const signer = openAuditKey(join(folder, 'state'))
  const audit = new AuditWriter({ folder, writer: 'w', signer, onCheckpoint: ({ seq }) => told.push(seq) })
  for (let i = 1; i <= 3; i++) {
    audit.write(record(i))
    await audit.seal()
  }
  assert.deepEqual(told, [1, 3, 5])
  audit.write(record(4))
  await audit.close()
  assert.deepEqual(told, [1, 3, 5, 7])
})

test('a line that was moved, doubled or put in is told as that', async () => {
  await fill('w', 1, 6)
  const [file = ''] = segments()
  const [a = '', b = '', c = '', ...others] = linesOf(file)
  const found = async (lines: readonly string[]) => {
    rewrite(file, lines)
    return (await verifyAudit(folder)).faults.map(({ line, message }) => `${line}: ${message}`)
  }
  assert.deepEqual(await found([a, c, b, ...others]), [
    '2: number 1 should stand before this line: missing, or moved',
    '3: this line, number 1, stands behind number 2: it was moved here, or put in',
  ])
  assert.deepEqual(await found([a, b, b, c, ...others]), [
    '3: this line, number 1, stands behind number 1: it was moved here, or put in',
  ])
  assert.deepEqual(await found([a, b, c.replace('"seq":2', '"seq":9'), ...others]), ['3: this record was changed'])
  assert.deepEqual(await found([a, b, c, ...others, a]), [
    '8: this line, number 0, stands behind the end of its writer: it was moved here, or put in',
  ])
})

test('what a checkpoint says is signed too: its time, whether anything follows, and that it says nothing else', async () => {
  const signer = openAuditKey(join(folder, 'state'))
  await fill('w', 1, 3, 1_000_000, { signer })
  const key = readAuditPublicKey(join(folder, 'state', 'audit-key.pub.pem'))
  const [file = ''] = segments().filter(name => name.endsWith('.jsonl'))
  const [a = '', b = '', c = '', end = ''] = linesOf(file)
  const { seq = 0, prev = '', recordText = '' } = parseLine(end) ?? {}
  const found = async (text: string) => {
    rewrite(file, [a, b, c, chainedLine(seq, prev, text).text.trimEnd()])
    return (await verifyAudit(folder, key)).faults.map(({ line, message }) => `${line}: ${message.slice(0, 42)}`)
  }
  assert.deepEqual(await found(recordText), [])
  const wrong = ['4: the signature of this checkpoint is wrong:']
  assert.deepEqual(await found(recordText.replace(/"time":"\d{4}/, '"time":"1999')), wrong)
  assert.deepEqual(await found(recordText.replace(',"ends":"writer"', '')), wrong)
  assert.deepEqual(await found(recordText.replace('"ends":"writer"', '"ends":"segment"')), wrong)
  assert.deepEqual(await found(recordText.replace('"ends"', '"more":"said","ends"')), wrong)
  assert.deepEqual(await found(recordText.replace('{"checkpoint"', '{"said":1,"checkpoint"')), wrong)
  assert.deepEqual(await found('{"checkpoint":null}'), ['4: this is no checkpoint'])
})

test('what is put in without an end of line, longer than any line of a trail, is found', async () => {
  await fill('w', 1, 3)
  const [file = ''] = segments()
  const whole = readFileSync(join(folder, file), 'utf8')
  const long = JSON.stringify(record(9)).padEnd(5 << 20)
  const found = async (text: string) => {
    writeFileSync(join(folder, file), text)
    return (await verifyAudit(folder)).faults.map(({ line, message }) => `${line}: ${message}`)
  }
  const fault = 'this line is longer than any of a trail: it was put in'
  assert.deepEqual(await found(`${long}${whole}`), [`1: ${fault}`])
  assert.deepEqual(await found(`${whole}${long}${long}`), [`5: ${fault}`])
  const [a = '', ...others] = whole.split('\n')
  assert.deepEqual((await found([a, `${long}${long}`, ...others].join('\n')))[0], `2: ${fault}`)
  // others pass over it
  assert.deepEqual(await numbers(), [1, 2, 3])
  assert.deepEqual(await found(whole), [])
})

test('the name of a segment does not make verify count to its number, nor may two have one number', async () => {
  await fill('w', 1, 3)
  const [file = ''] = segments()
  const text = readFileSync(join(folder, file))
  const found = async (name: string) => {
    writeFileSync(join(folder, name), text)
    const { faults } = await verifyAudit(folder)
    rmSync(join(folder, name))
    return faults.map(fault => `${fault.file.slice(folder.length + 1)}:${fault.line}: ${fault.message}`)
  }
  const far = await found('w-99999999999.jsonl')
  assert.equal(
    far[0],
    'w-99999999999.jsonl:1: this line, number 0, stands behind the end of its writer: it was moved here, or put in',
  )
  assert.ok(
    far.includes('w-99999999999.jsonl:1: the segments w-000002.jsonl to w-99999999998.jsonl before this one are missing'),
    far.join('\n'),
  )
  assert.deepEqual(await found('x-99999999999.jsonl'), [
    'x-99999999999.jsonl:1: the segments x-000001.jsonl to x-99999999998.jsonl before this one are missing',
  ])
  assert.match((await found('w-0000001.jsonl')).join('\n'), /there is another segment of this number/)
})
