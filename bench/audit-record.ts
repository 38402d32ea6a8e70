import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SignJWT } from 'jose'
import { api, catalog, operation, settings } from '../src/gateway/testing/catalog.ts'
import { type Mode, modes } from './record-switch.ts'

/**
 * What the record of a decision costs a call: `node bench/audit-record.ts [--calls 500] [--rounds 100] [--starts 4] [--json]`. One gateway, whose records are made, made and
 * kept in the trail, or not made at all, from round to round: the same program is up to a fifth faster or slower from one start to the next, which is more than what is
 * measured. Compared is the processor time of all its threads for a call (validate-jwt, forwarded to a backend), the part which others on the machine change least, and how
 * long a caller waits who calls again and again. Rounds are compared with their neighbours.
 */
const { values: options } = parseArgs({
  options: {
    calls: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '100' },
    starts: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
})
const calls = Number(options.calls)
const rounds = Number(options.rounds)
const starts = Number(options.starts)
const warmUp = 10_000
const root = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
const key = Buffer.alloc(32, 7)
const token = await new SignJWT({ roles: ['Readers'], oid: '5f0c1d7e-1111-4222-8333-444455556666', appid: 'client' })
  .setProtectedHeader({ alg: 'HS256' })
  .setIssuer('https://issuer.example/')
  .setAudience('api://bench')
  .setExpirationTime('2h')
  .sign(key)
const policy = `<policies><inbound><base /><validate-jwt header-name="Authorization" require-scheme="Bearer">
  <issuer-signing-keys><key>${key.toString('base64')}</key></issuer-signing-keys>
  <audiences><audience>api://bench</audience></audiences>
  <required-claims><claim name="roles" match="any"><value>Readers</value></claim></required-claims>
</validate-jwt></inbound></policies>`

interface Subject {
  readonly child: ChildProcess
  readonly port: number
  /** Microseconds of processor time so far; what calls before left to be written is written by then. */
  told(mode: Mode): Promise<number>
}

async function start(backend: number): Promise<Subject> {
  const folder = mkdtempSync(join(root, 'gateway-'))
  const served = catalog(folder, {
    apis: [
      api('jwt', 'jwt', [operation('all', '*', '/*')], {
        serviceUrl: `http://127.0.0.1:${backend}`,
        policy: { file: 'jwt.xml', text: policy },
      }),
    ],
    settings: settings(folder),
  })
  const file = join(folder, 'catalog.json')
  writeFileSync(file, JSON.stringify(served))
  const program = fileURLToPath(new URL('record-serve.ts', import.meta.url))
  const child = spawn(process.execPath, [program, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async () => Number((await lines.next()).value)
  return {
    child,
    port: await line(),
    told(mode) {
      child.stdin.write(`${mode}\n`)
      return line()
    },
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

function call(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const sent = request({ agent, port, path: '/jwt/items/42', headers }, answer => {
      if (answer.statusCode !== 200) reject(new Error(`it answers ${answer.statusCode}`))
      answer.resume().once('end', resolve)
    })
    sent.once('error', reject).end()
  })
}

/** Microseconds for a call: of processor time, with many callers at once, and on the clock of one caller alone. */
interface Times {
  readonly processor: number
  readonly wait: number
}

async function measure({ port, told }: Subject, mode: Mode, count: number): Promise<Times> {
  const before = await told(mode)
  let left = count
  const caller = async () => {
    while (left-- > 0) await call(port)
  }
  await Promise.all(Array.from({ length: 16 }, caller))
  const processor = ((await told(mode)) - before) / count
  left = count
  const began = performance.now()
  await caller()
  return { processor, wait: ((performance.now() - began) * 1000) / count }
}

/** The mean of the middle half: what else the machine does makes the rest. */
function middle(values: readonly number[]): number {
  const half = values.toSorted((a, b) => a - b).slice(Math.floor(values.length / 4), Math.ceil((values.length * 3) / 4))
  return half.reduce((sum, value) => sum + value, 0) / half.length
}

const backend = createServer((_, response) => void response.end('{"id":42,"name":"an item"}'))
backend.listen(0, '127.0.0.1')
await once(backend, 'listening')
const { port: backendPort } = backend.address() as AddressInfo // it listens on a port

/** Microseconds: of a call without a record, and how many more when one is made, and when it is made and kept. */
type Cost = Record<Mode, Times>

async function compare(): Promise<Cost> {
  const subject = await start(backendPort)
  try {
    for (const mode of modes) await measure(subject, mode, warmUp)
    const times: Record<Mode, Times[]> = { none: [], made: [], kept: [] }
    for (let round = 0; round < rounds; round++)
      for (const mode of round % 2 === 0 ? modes : modes.toReversed()) times[mode].push(await measure(subject, mode, calls))
    const none = (what: keyof Times) => middle(times.none.map(time => time[what]))
    const more = (mode: Mode, what: keyof Times) =>
      middle(times[mode].map((time, i) => time[what] - (times.none[i]?.[what] ?? 0)))
    return {
      none: { processor: none('processor'), wait: none('wait') },
      made: { processor: more('made', 'processor'), wait: more('made', 'wait') },
      kept: { processor: more('kept', 'processor'), wait: more('kept', 'wait') },
    }
  } finally {
    const closed = once(subject.child, 'close')
    subject.child.kill('SIGTERM')
    await closed
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Over all starts: microseconds, and per cent of the call without a record. */
function summary(costs: readonly Cost[], mode: Mode, what: keyof Times) {
  const percents = costs.map(cost => (cost[mode][what] / cost.none[what]) * 100)
  return {
    microseconds: mean(costs.map(cost => cost[mode][what])),
    percent: mean(percents),
    least: Math.min(...percents),
    most: Math.max(...percents),
  }
}

function line(text: string, { microseconds, percent, least, most }: ReturnType<typeof summary>): string {
  const share = `${percent.toFixed(1).padStart(6)} %   (${least.toFixed(1)} to ${most.toFixed(1)} in ${starts} starts)`
  return `  ${text.padEnd(38)}${microseconds.toFixed(1).padStart(6)} µs${share}\n`
}

/** A call without a record, and what it costs more to make one, and to keep it. */
function report(costs: readonly Cost[], what: keyof Times) {
  return {
    none: mean(costs.map(cost => cost.none[what])),
    made: summary(costs, 'made', what),
    kept: summary(costs, 'kept', what),
  }
}

function linesOf(title: string, { none, made, kept }: ReturnType<typeof report>): string {
  const first = `${title}\n  ${'a call without a record'.padEnd(38)}${none.toFixed(1).padStart(6)} µs\n`
  return first + line('more: the decision record', made) + line('more: with the trail, on the disk', kept)
}

try {
  const costs: Cost[] = []
  for (let i = 0; i < starts; i++) costs.push(await compare())
  const [processor, wait] = [report(costs, 'processor'), report(costs, 'wait')]
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ processor, wait, starts: costs }, null, 2)}\n`
      : linesOf('processor time', processor) + linesOf('what one caller waits', wait),
  )
} finally {
  agent.destroy()
  backend.close()
  backend.closeAllConnections()
  rmSync(root, { recursive: true, force: true })
}
