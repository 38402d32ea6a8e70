import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownFolder } from './own-folder.ts'

/** The version in package.json. */
export function version(): string {
  const manifest: { readonly version: string } = JSON.parse(readFileSync(join(ownFolder(), 'package.json'), 'utf8'))
  return manifest.version
}
