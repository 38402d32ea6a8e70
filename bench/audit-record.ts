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

/**
 * What the record of a decision costs a call: `node bench/audit-record.ts [--calls 1000] [--rounds 60] [--starts 5] [--json]`. One gateway, whose records are
 * switched on and off from round to round: the same program is up to a fifth faster or slower from one start to the next, which is more than what is measured. Compared is the
 * processor time of all its threads for a call (validate-jwt, forwarded to a backend), not the time on the clock: that is the part which others on the machine change least.
 */
const { values: options } = parseArgs({
  options: {
    calls: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '60' },
    starts: { type: 'string', default: '5' },
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
  /** Microseconds of processor time so far; records are made, or not, from then on. */
  told(word: 'with' | 'without' | 'cpu'): Promise<number>
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
    told(word) {
      child.stdin.write(`${word}\n`)
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

/** Microseconds of processor time for a call. */
async function measure({ port, told }: Subject, mode: 'with' | 'without', count: number): Promise<number> {
  const before = await told(mode)
  let left = count
  const caller = async () => {
    while (left-- > 0) await call(port)
  }
  await Promise.all(Array.from({ length: 16 }, caller))
  return ((await told('cpu')) - before) / count
}

/** The lower quartile: whatever else the machine does only adds to a round. */
const quartile = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? 0

const backend = createServer((_, response) => void response.end('{"id":42,"name":"an item"}'))
backend.listen(0, '127.0.0.1')
await once(backend, 'listening')
const { port: backendPort } = backend.address() as AddressInfo // it listens on a port

/** What a call costs with and without records, in one gateway. */
async function compare(): Promise<{ readonly with: number; readonly without: number }> {
  const subject = await start(backendPort)
  try {
    await measure(subject, 'with', warmUp)
    const times = { with: [] as number[], without: [] as number[] }
    for (let round = 0; round < rounds; round++)
      for (const mode of round % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const))
        times[mode].push(await measure(subject, mode, calls))
    return { with: quartile(times.with), without: quartile(times.without) }
  } finally {
    const closed = once(subject.child, 'close')
    subject.child.kill('SIGTERM')
    await closed
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const percentOf = (one: { readonly with: number; readonly without: number }) => (one.with / one.without - 1) * 100

try {
  const pairs: { readonly with: number; readonly without: number }[] = []
  for (let i = 0; i < starts; i++) pairs.push(await compare())
  const percents = pairs.map(percentOf)
  const result = {
    with: median(pairs.map(pair => pair.with)),
    without: median(pairs.map(pair => pair.without)),
    percent: median(percents),
    least: Math.min(...percents),
    most: Math.max(...percents),
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ...result, pairs }, null, 2)}\n`
      : `${'with records'.padEnd(28)}${result.with.toFixed(1).padStart(8)} µs of processor time a call\n${'without'.padEnd(28)}${result.without.toFixed(1).padStart(8)} µs\n${'the record costs'.padEnd(28)}${result.percent.toFixed(1).padStart(8)} %   (${result.least.toFixed(1)} to ${result.most.toFixed(1)} in ${starts} starts)\n`,
  )
} finally {
  agent.destroy()
  backend.close()
  backend.closeAllConnections()
  rmSync(root, { recursive: true, force: true })
}
