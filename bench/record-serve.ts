import { readFileSync } from 'node:fs'
import type { Catalog } from '../src/catalog/catalog.ts'
import { startGateway } from '../src/gateway/supervisor/start-gateway.ts'

/**
 * Serves the catalog in a JSON file for `bench/audit-record.ts`. Told `with` or `without` on its standard input, it switches the records of calls on or off in
 * all its threads; told anything, it prints the processor time that its serving threads have used so far, and that of all its threads, in microseconds.
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

/** Tells all serving threads; resolves with the processor time that they have used by then. */
function tellThreads(word: boolean | 'cpu'): Promise<number> {
  let left = catalog.settings.gateway.workers
  let used = 0
  return new Promise(resolve => {
    channel.onmessage = ({ data }) => {
      if (typeof data !== 'number') return
      used += data
      if (--left === 0) resolve(used)
    }
    channel.postMessage(word)
  })
}

process.stdout.write(`${gateway.address.port}\n`)
process.stdin.setEncoding('utf8').on('data', async (text: string) => {
  const told = text.trim()
  const serving = await tellThreads(told === 'cpu' ? 'cpu' : told === 'with')
  const { user, system } = process.cpuUsage()
  process.stdout.write(`${serving} ${user + system}\n`)
})
process.once('SIGTERM', () => {
  channel.close()
  void gateway.stop(1000).then(() => process.exit())
})
