/**
 * `npm test`: all tests, two files at a time; `--unit`: those beside the code only; further words: only files whose path holds one.
 * Names what this machine lacks for tests that need more than npm (a browser, redis): those skip by name, unless CI is set.
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
const reporter = ['--test-reporter', process.stdout.isTTY ? 'spec' : 'dot', '--test-reporter-destination', 'stdout']
const run = spawnSync(
  process.execPath,
  ['--test', `--test-concurrency=${concurrency}`, '--test-timeout=120000', ...reporter, ...files],
  {
    stdio: 'inherit',
  },
)
process.exit(run.status ?? 1)
