/**
 * `npm test`: all tests, in groups, two groups at a time. `--unit`: only those beside the code. Further words: only files whose path holds one of
 * them. Every test runs on what npm brings, but for those of a real Redis, PostgreSQL, Kafka protocol and browser, which are skipped by name where
 * redis-server, postgresql, kcat or chromium is not installed.
 *
 * A room's unit tests share one process: starting one for each file took longer than the tests. The expressions' own do not, since several compilers
 * with different hosts in one process would see each other's types; nor do end-to-end tests, which start processes of their own.
 * What any of them compiled is kept for the others where the command keeps it (bin/compile-cache.js): taking the types out of every file takes longer than most tests.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { join, sep } from 'node:path'
import '../bin/compile-cache.js'

interface Group {
  readonly name: string
  readonly files: readonly string[]
  readonly isolation: 'process' | 'none'
}

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const args = process.argv.slice(2)
const words = args.filter(arg => !arg.startsWith('--'))
const patterns = args.includes('--unit')
  ? ['src/**/*.test.ts']
  : ['test/**/*.test.ts', 'src/**/*.test.ts', 'examples/**/*.test.ts']

/** Microsoft's snippets are no part of the project: their tests belong to the run only where they are at hand. */
const hasSnippets = process.env.GATEHOUSE_SNIPPETS !== undefined
if (!hasSnippets)
  process.stdout.write('left out: test/snippets (GATEHOUSE_SNIPPETS names no copy of Azure/api-management-policy-snippets)\n')
const files = globSync(patterns)
  .filter(file => hasSnippets || !file.startsWith(join('test', 'snippets')))
  .filter(file => words.length === 0 || words.some(word => file.includes(word)))
if (files.length === 0) {
  process.stderr.write('no test file matches\n')
  process.exit(2)
}

/** The longest first, so that the last one does not run alone. */
function groupsOf(all: readonly string[]): Group[] {
  const isolated = new Set(['test', 'examples', 'expressions'])
  const named = Map.groupBy([...all].sort(), file => {
    const [top = '', room = ''] = file.split(sep)
    return top === 'src' ? room : top
  })
  const rank = (name: string) => ['test', 'expressions', 'policies'].indexOf(name)
  return [...named]
    .map(([name, its]): Group => ({ name, files: its, isolation: isolated.has(name) ? 'process' : 'none' }))
    .sort((a, b) => (rank(a.name) < 0 ? 9 : rank(a.name)) - (rank(b.name) < 0 ? 9 : rank(b.name)))
}

/** Runs a group and prints what it printed once it has ended: two groups' lines do not mix. */
async function run({ name, files: its, isolation }: Group): Promise<Counts> {
  const options = ['--test', `--test-isolation=${isolation}`, '--test-timeout=120000', '--test-reporter=spec']
  const concurrency = isolation === 'process' ? ['--test-concurrency=3'] : []
  const child = spawn(process.execPath, [...options, ...concurrency, ...its], { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number>(resolve => child.once('close', status => resolve(status ?? 1)))
  const text = Buffer.concat(chunks).toString('utf8')
  process.stdout.write(`── ${name}\n${text}`)
  const count = (word: string) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  const failed = count('fail') + count('cancelled')
  // a process that ended badly without a failed test has failed all the same
  return { passed: count('pass'), failed: failed === 0 && code !== 0 ? 1 : failed, skipped: count('skipped') + count('todo') }
}

const waiting = groupsOf(files)
const results: Counts[] = []
async function work(): Promise<void> {
  for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) results.push(await run(group))
}
await Promise.all([work(), work()])

const sum = (of: (counts: Counts) => number) => results.reduce((total, counts) => total + of(counts), 0)
const [passed, failed, skipped] = [sum(one => one.passed), sum(one => one.failed), sum(one => one.skipped)]
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
