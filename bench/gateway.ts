import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SignJWT } from 'jose'
import { api, catalog, operation, settings } from '../src/gateway/testing/catalog.ts'
import { freePort } from '../src/store/testing/free-port.ts'

/**
 * The gateway beside nginx as a plain proxy and HAProxy with jwt_verify: `node bench/gateway.ts [--seconds 5] [--connections 64] [--json]`.
 * Each gets core 0 for itself, one after another; the backend and the load share core 1. What is not installed is skipped by name.
 */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
})

interface Subject {
  readonly name: string
  readonly needs: string
  readonly url: string
  start(): Promise<ChildProcess>
}

interface Measured {
  readonly name: string
  readonly perSecond: number
  /** Milliseconds. */
  readonly p99: number
  /** Answers that were no 2xx or 3xx. */
  readonly errors: number
}

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
const isInstalled = (program: string) => spawnSync('which', [program]).status === 0
const write = (name: string, text: string) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

/** Starts a program on one core and waits until its port answers. */
async function onCore(core: number, command: readonly string[], port: number): Promise<ChildProcess> {
  const pinned = isInstalled('taskset') ? ['taskset', '-c', String(core), ...command] : [...command]
  const [program = '', ...args] = pinned
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`${command[0]} ended with ${child.exitCode}`)
    if (await answers(port)) return child
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  child.kill()
  throw new Error(`${command[0]} does not answer`)
}

async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`)
    return true
  } catch {
    return false
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  await closed
}

const nginxConfig = (server: string) => `
daemon off; worker_processes 1; pid ${folder}/nginx-${Math.random()}.pid; error_log ${folder}/nginx.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path ${folder}/t1; proxy_temp_path ${folder}/t2; fastcgi_temp_path ${folder}/t3; uwsgi_temp_path ${folder}/t4; scgi_temp_path ${folder}/t5;
  ${server}
}`

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = publicKey.export({ format: 'jwk' })
const issuer = 'https://issuer.example/'
const audience = 'api://bench'
const token = await new SignJWT({ roles: ['Readers', 'Writers'], oid: '5f0c1d7e-1111-4222-8333-444455556666', appid: 'client' })
  .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'JWT' })
  .setIssuer(issuer)
  .setAudience(audience)
  .setSubject('someone')
  .setIssuedAt()
  .setExpirationTime('2h')
  .sign(privateKey)

const [backendPort, nginxPort, haproxyPort, gatewayPort] = [
  await freePort(),
  await freePort(),
  await freePort(),
  await freePort(),
]

const validateJwt = `<policies><inbound><base />
  <validate-jwt header-name="Authorization" require-scheme="Bearer">
    <issuer-signing-keys><key id="bench" n="${jwk.n}" e="${jwk.e}" /></issuer-signing-keys>
    <audiences><audience>${audience}</audience></audiences>
    <issuers><issuer>${issuer}</issuer></issuers>
    <required-claims><claim name="roles" match="any"><value>Readers</value></claim></required-claims>
  </validate-jwt></inbound></policies>`

function gatewayCommand(): string[] {
  const serviceUrl = `http://127.0.0.1:${backendPort}`
  const served = catalog(folder, {
    settings: settings(folder, { listen: { host: '127.0.0.1', port: gatewayPort }, workers: 1 }),
    apis: [
      api('plain', 'plain', [operation('all', '*', '/*')], { serviceUrl }),
      api('jwt', 'jwt', [operation('all', '*', '/*', { policy: { file: 'jwt.xml', text: validateJwt } })], { serviceUrl }),
    ],
  })
  return [
    process.execPath,
    fileURLToPath(new URL('gateway-serve.ts', import.meta.url)),
    write('catalog.json', JSON.stringify(served)),
  ]
}

function nginxCommand(): string[] {
  const config = nginxConfig(`
  upstream backend { server 127.0.0.1:${backendPort}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${nginxPort};
    location / { proxy_pass http://backend/; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr; }
  }`)
  return ['nginx', '-p', folder, '-c', write('proxy.conf', config)]
}

function haproxyCommand(): string[] {
  const key = write('public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const config = `
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend in
  bind 127.0.0.1:${haproxyPort}
  http-request set-var(txn.bearer) http_auth_bearer
  http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')
  http-request set-var(txn.iss) var(txn.bearer),jwt_payload_query('$.iss')
  http-request set-var(txn.aud) var(txn.bearer),jwt_payload_query('$.aud')
  http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
  http-request set-var(txn.roles) var(txn.bearer),word(2,.),ub64dec
  http-request set-var(txn.now) date()
  http-request deny deny_status 401 unless { var(txn.alg) -m str RS256 }
  http-request deny deny_status 401 unless { var(txn.iss) -m str ${issuer} }
  http-request deny deny_status 401 unless { var(txn.aud) -m str ${audience} }
  http-request deny deny_status 401 unless { var(txn.exp),sub(txn.now) -m int gt 0 }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify(txn.alg,"${key}") -m int 1 }
  http-request deny deny_status 403 unless { var(txn.roles) -m sub Readers }
  http-request set-header X-Forwarded-For %[src]
  default_backend out
backend out
  server b 127.0.0.1:${backendPort}
`
  return ['haproxy', '-db', '-q', '-f', write('haproxy.cfg', config)]
}

const subjects: readonly Subject[] = [
  {
    name: 'nginx, plain proxy',
    needs: 'nginx',
    url: `http://127.0.0.1:${nginxPort}/plain/items/42`,
    start: () => onCore(0, nginxCommand(), nginxPort),
  },
  {
    name: 'Gatehouse, plain proxy',
    needs: 'taskset',
    url: `http://127.0.0.1:${gatewayPort}/plain/items/42`,
    start: () => onCore(0, gatewayCommand(), gatewayPort),
  },
  {
    name: 'HAProxy, jwt_verify',
    needs: 'haproxy',
    url: `http://127.0.0.1:${haproxyPort}/jwt/items/42`,
    start: () => onCore(0, haproxyCommand(), haproxyPort),
  },
  {
    name: 'Gatehouse, validate-jwt',
    needs: 'taskset',
    url: `http://127.0.0.1:${gatewayPort}/jwt/items/42`,
    start: () => onCore(0, gatewayCommand(), gatewayPort),
  },
]

async function load(url: string, seconds: number): Promise<string> {
  const args = [
    '-c',
    '1',
    'wrk',
    '-t1',
    `-c${options.connections}`,
    `-d${seconds}s`,
    '--latency',
    '-H',
    `Authorization: Bearer ${token}`,
    url,
  ]
  const child = spawn('taskset', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  await once(child, 'close')
  return text
}

async function measure(subject: Subject): Promise<Measured> {
  const child = await subject.start()
  try {
    const first = await fetch(subject.url, { headers: { Authorization: `Bearer ${token}` } })
    if (first.status !== 200) throw new Error(`${subject.name} answers ${first.status}: ${await first.text()}`)
    await load(subject.url, 2) // warms up
    return read(subject.name, await load(subject.url, Number(options.seconds)))
  } finally {
    await stop(child)
  }
}

function read(name: string, text: string): Measured {
  const [, p99 = '0', unit = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? []
  const scale = unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1
  return {
    name,
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 0),
    p99: Number(p99) * scale,
    errors: Number(/Non-2xx or 3xx responses:\s+(\d+)/.exec(text)?.[1] ?? 0),
  }
}

function table(results: readonly Measured[]): string {
  const [first, second] = [results.find(one => one.name.startsWith('nginx')), results.find(one => one.name.startsWith('HAProxy'))]
  const rows = results.map(one => {
    const against = one.name.includes('jwt') ? second : first
    const ratio = against === undefined ? '' : (one.perSecond / against.perSecond).toFixed(2)
    return [one.name, one.perSecond.toFixed(0), `${one.p99.toFixed(2)} ms`, ratio, String(one.errors)]
  })
  const lines = [['', 'requests/s', 'p99', 'ratio', 'errors'], ...rows]
  return lines.map(([name = '', ...cells]) => name.padEnd(28) + cells.map(cell => cell.padStart(12)).join('')).join('\n')
}

async function main(): Promise<void> {
  for (const tool of ['nginx', 'wrk', 'taskset'])
    if (!isInstalled(tool)) {
      process.stderr.write(`skipped: ${tool} is not installed, and the measurement needs it\n`)
      return
    }
  mkdirSync(join(folder, 'audit'), { recursive: true })
  const answer = JSON.stringify({ id: 42, name: 'an item', tags: ['a', 'b', 'c'], text: 'x'.repeat(120) })
  const config = nginxConfig(
    `server { listen 127.0.0.1:${backendPort} backlog=4096; location / { default_type application/json; return 200 '${answer}'; } }`,
  )
  const backend = await onCore(1, ['nginx', '-p', folder, '-c', write('backend.conf', config)], backendPort)
  const results: Measured[] = []
  try {
    for (const subject of subjects) {
      if (isInstalled(subject.needs)) results.push(await measure(subject))
      else process.stderr.write(`skipped: ${subject.name} (${subject.needs} is not installed)\n`)
    }
  } finally {
    await stop(backend)
    rmSync(folder, { recursive: true, force: true })
  }
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : `${table(results)}\n`)
}

await main()
