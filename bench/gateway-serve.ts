import { readFileSync } from 'node:fs'
import type { Catalog } from '../src/catalog/catalog.ts'
import { startGateway } from '../src/gateway/supervisor/start-gateway.ts'

/** Serves the catalog in a JSON file until it is told to stop: the gateway as `bench/gateway.ts` measures it, in a process of its own. */
const [, , file = ''] = process.argv
const catalog: Catalog = JSON.parse(readFileSync(file, 'utf8'))
const gateway = await startGateway({
  catalog,
  identity: { kind: 'none' },
  log: ({ severity, message }) => void process.stderr.write(`${severity}: ${message}\n`),
})
process.stdout.write(`${gateway.address.port}\n`)
process.once('SIGTERM', () => void gateway.stop(1000).then(() => process.exit()))
