import { readFileSync } from 'node:fs'
import type { Catalog } from '../src/catalog/catalog.ts'
import { startGateway } from '../src/gateway/supervisor/start-gateway.ts'

/**
 * Serves the catalog in a JSON file for `bench/audit-record.ts`. Told `with` or `without` on its standard input, it switches the records of calls on or off in
 * all its threads; told anything, it prints the processor time that it has used so far, in microseconds.
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
function switchRecords(isOn: boolean): Promise<void> {
  let left = catalog.settings.gateway.workers
  return new Promise(resolve => {
    channel.onmessage = ({ data }) => {
      if (data === 'done' && --left === 0) resolve()
    }
    channel.postMessage(isOn)
  })
}

process.stdout.write(`${gateway.address.port}\n`)
process.stdin.setEncoding('utf8').on('data', async (text: string) => {
  const told = text.trim()
  if (told === 'with' || told === 'without') await switchRecords(told === 'with')
  const { user, system } = process.cpuUsage()
  process.stdout.write(`${user + system}\n`)
})
process.once('SIGTERM', () => {
  channel.close()
  void gateway.stop(1000).then(() => process.exit())
})
