/**
 * `npm test`: all tests, several files at a time. `--unit`: only those beside the code. Further words: only files whose path holds one of them.
 * Every test runs on what npm brings; nothing is skipped.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const args = process.argv.slice(2)
const unitOnly = args.includes('--unit')
const words = args.filter(arg => !arg.startsWith('--'))
const patterns = unitOnly ? ['src/**/*.test.ts'] : ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts']
const files = globSync(patterns).filter(
  file => !file.includes('node_modules') && (words.length === 0 || words.some(word => file.includes(word))),
)
files.sort()
if (files.length === 0) {
  process.stderr.write('no test file matches\n')
  process.exit(2)
}
const concurrency = Math.max(2, Math.min(4, availableParallelism()))
const run = spawnSync(
  process.execPath,
  ['--test', `--test-concurrency=${concurrency}`, '--test-timeout=120000', '--test-reporter=spec', ...files],
  {
    stdio: 'inherit',
  },
)
process.exit(run.status ?? 1)
