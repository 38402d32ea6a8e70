import { readFileSync } from 'node:fs'
import type { Catalog } from '../src/catalog/catalog.ts'
import { startGateway } from '../src/gateway/supervisor/start-gateway.ts'

/**
 * Serves the catalog in a JSON file for `bench/audit-record.ts`: the gateway as it is (`with`), or the same gateway whose threads make and write no records of
 * calls (`without`). Told `cpu` on its standard input, it prints the processor time that it has used so far, in microseconds.
 */
const [, , file = '', records = 'with'] = process.argv
const catalog: Catalog = JSON.parse(readFileSync(file, 'utf8'))
const gateway = await startGateway({
  catalog,
  identity: { kind: 'none' },
  log: ({ severity, message }) => void process.stderr.write(`${severity}: ${message}\n`),
  ...(records === 'without' ? { worker: new URL('record-less-worker.ts', import.meta.url) } : {}),
})
process.stdout.write(`${gateway.address.port}\n`)
process.stdin.setEncoding('utf8').on('data', () => {
  const { user, system } = process.cpuUsage()
  process.stdout.write(`${user + system}\n`)
})
process.once('SIGTERM', () => void gateway.stop(1000).then(() => process.exit()))
