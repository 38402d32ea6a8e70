import { readFileSync } from 'node:fs'
import type { Catalog } from '../src/catalog/catalog.ts'
import { startGateway } from '../src/gateway/supervisor/start-gateway.ts'

/**
 * Serves the catalog in a JSON file for `bench/audit-record.ts`. Told on its standard input what to do with the records of calls (`Mode`), it has all its
 * threads do so, and prints the processor time that it has used so far, in microseconds.
 */
const [, , file = ''] = process.argv
const catalog: Catalog = JSON.parse(readFileSync(file, 'utf8'))
const gateway = await startGateway({
  catalog,
  identity: { kind: 'none' },
  log: ({ severity, message }) => void process.stderr.write(`${severity}: ${message}\n`),
  worker: new URL('record-less-worker.ts', import.meta.url),
})
const channel = new BroadcastChannel('record-switch')

/** Resolves when all threads have it. */
function switchRecords(mode: string): Promise<void> {
  let left = catalog.settings.gateway.workers
  return new Promise(resolve => {
    channel.onmessage = ({ data }) => {
      if (data === 'done' && --left === 0) resolve()
    }
    channel.postMessage(mode)
  })
}

process.stdout.write(`${gateway.address.port}\n`)
process.stdin.setEncoding('utf8').on('data', async (text: string) => {
  await switchRecords(text.trim())
  const { user, system } = process.cpuUsage()
  process.stdout.write(`${user + system}\n`)
})
process.once('SIGTERM', () => {
  channel.close()
  void gateway.stop(1000).then(() => process.exit())
})
