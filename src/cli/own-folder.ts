import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Gatehouse's own folder, with its package.json, docs and examples: above src/cli in the checkout, above dist/src/cli when built. */
export function ownFolder(): string {
  const [checkout, built] = [
    fileURLToPath(new URL('../..', import.meta.url)),
    fileURLToPath(new URL('../../..', import.meta.url)),
  ]
  return existsSync(join(checkout, 'package.json')) ? checkout : built
}
