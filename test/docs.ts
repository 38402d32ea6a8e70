/**
 * Writes the pages that are made from the registry of policies into docs/policies/; with `--check` only says which are out of date, and exits 1
 * when one is.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderPolicyDocs } from '../src/policies/docs/render-docs.ts'

const folder = fileURLToPath(new URL('../docs/policies', import.meta.url))
const check = process.argv.includes('--check')
const pages = renderPolicyDocs()

mkdirSync(folder, { recursive: true })
const stale = [...pages].filter(
  ([name, text]) => !existsSync(join(folder, name)) || readFileSync(join(folder, name), 'utf8') !== text,
)
const left = readdirSync(folder).filter(name => !pages.has(name))

if (!check) {
  for (const [name, text] of stale) writeFileSync(join(folder, name), text)
  for (const name of left) rmSync(join(folder, name))
}
process.stdout.write(`${pages.size} pages, ${stale.length + left.length} ${check ? 'out of date' : 'written or removed'}\n`)
if (check && stale.length + left.length > 0) {
  process.stderr.write(`run "npm run docs" and commit: ${[...stale.map(([name]) => name), ...left].join(', ')}\n`)
  process.exitCode = 1
}
