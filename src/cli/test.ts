import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import { counted } from '../catalog/counted.ts'
import type { Diagnostic } from '../catalog/diagnostic.ts'
import { isRefusal } from '../directory/entra-errors.ts'
import { issueDirectoryToken } from '../directory/issue-directory-token.ts'
import { ClaimTokens } from '../explain/policy-tests/claim-tokens.ts'
import { Coverage } from '../explain/policy-tests/coverage.ts'
import type { PolicyTest } from '../explain/policy-tests/policy-test.ts'
import { reportUnknownPolicies } from '../explain/policy-tests/ran.ts'
import { readPolicyTests } from '../explain/policy-tests/read-policy-tests.ts'
import { runPolicyTest, type TestBench, type TestResult, type TokenFor } from '../explain/policy-tests/run-policy-test.ts'
import { Stand } from '../explain/stand.ts'
import { createReport } from '../workspace/report.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { readWorkspace } from './read-workspace.ts'
import { SnapshotFiles, snapshotEnding } from './snapshot-files.ts'
import { standFor } from './stand-for.ts'
import { stopSignal } from './stop-signal.ts'
import { describeCoverage, type ReporterName, reporterFor, reporterNames } from './test-reporters.ts'
import { watchFiles } from './watch-files.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const testCommand: Command = {
  name: 'test',
  summary: "run the workspace's policy tests (*.test.yaml)",
  usage: ['test [WORKSPACE] [--filter TEXT] [--coverage] [--reporter NAME] [--watch] [--update] [--environment NAME] [--json]'],
  details: `
Each test is a request, whoever makes it, and what must come of it; the backend and what policies ask of others are answered as the test says.
docs/policy-tests.md has the format. Exits 1 when a test fails or something has errors, 2 when there is no test.`,
  options: {
    filter: { type: 'string', value: 'TEXT', help: 'only tests with this text in their name' },
    coverage: { type: 'boolean', help: 'say which policies and branches no test ran' },
    'min-coverage': { type: 'string', value: 'PERCENT', help: 'fail when fewer of them ran' },
    reporter: { type: 'string', value: 'NAME', help: 'spec, tap, junit or json (default: spec)' },
    watch: { type: 'boolean', help: 'run again whenever a file of the workspace changes' },
    update: { type: 'boolean', help: 'keep the answers of tests with a snapshot as they are now' },
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print a JSON object for each test, a line each: as --reporter json' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const folder = workspaceFolder(args.positionals[0], io)
    const choice = choiceOf(args)
    if (!args.flag('watch')) return runTests(folder, choice, io)
    return watchTests(folder, () => runTests(folder, choice, io), io)
  },
}

interface Choice {
  readonly filter: string
  readonly environment: string | undefined
  readonly reporter: ReporterName
  readonly update: boolean
  readonly coverage: boolean
  /** Percent; undefined: any will do. */
  readonly least: number | undefined
}

function choiceOf(args: Arguments): Choice {
  const named = args.text('reporter') ?? (args.flag('json') ? 'json' : 'spec')
  const reporter = reporterNames.find(name => name === named)
  if (reporter === undefined) throw new UsageError(`--reporter is one of ${reporterNames.join(', ')}, not ${named}`)
  const least = args.text('min-coverage')
  if (least !== undefined && !/^(100|\d?\d)$/.test(least)) throw new UsageError('--min-coverage is a whole number from 0 to 100')
  return {
    filter: args.text('filter') ?? '',
    environment: args.text('environment'),
    reporter,
    update: args.flag('update'),
    coverage: args.flag('coverage') || least !== undefined,
    least: least === undefined ? undefined : Number(least),
  }
}

async function watchTests(folder: string, run: () => Promise<number>, io: Io): Promise<number> {
  let running = run()
  let code = await running
  const again = () => {
    running = running.then(async () => {
      io.stderr.write('\n')
      // a workspace without tests may get some yet
      code = await run().catch((error: unknown) => {
        io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
        return 2
      })
      return code
    })
  }
  const watcher = watchFiles([folder], path => passedOver.test(path) || path.endsWith(snapshotEnding), again)
  io.stderr.write('watching for changes; Ctrl-C ends\n')
  await stopSignal()
  watcher.close()
  await running
  return code
}

async function runTests(folder: string, choice: Choice, io: Io): Promise<number> {
  const { environment } = choice
  const { catalog, diagnostics, sound } = await readWorkspace({
    folder,
    env: io.env,
    serveValid: true,
    ...(environment === undefined ? {} : { environment }),
  })
  const report = createReport()
  const tests = testFiles(folder).flatMap(file => readPolicyTests(file, readFileSync(file, 'utf8'), report))
  const isFaulty = diagnostics.some(isError)
  const bench = sound ? openBench(catalog) : undefined
  try {
    // what tests name of a faulty API would seem unknown: it is not compiled
    if (bench !== undefined && !isFaulty) reportUnknownPolicies(tests, bench.stand.places, report)
    const errors = [...diagnostics, ...report.diagnostics].filter(isError)
    printDiagnostics(errors, io.stderr, io.env)
    if (errors.length > 0) io.stderr.write(`${countDiagnostics(errors)}\n`)
    if (bench === undefined || report.diagnostics.length > 0) return 1
    const chosen = tests.filter(({ name }) => name.includes(choice.filter))
    if (tests.length === 0) throw new UsageError(`there is no test in ${folder} (*.test.yaml)`)
    if (chosen.length === 0)
      throw new UsageError(`of ${counted(tests.length, 'test')} in ${folder} none has "${choice.filter}" in its name`)
    const results = await runAll(chosen, bench, choice, io)
    const failed = results.filter(({ ok }) => !ok).length
    io.stderr.write(`${results.length - failed} of ${counted(results.length, 'test')} passed\n`)
    const isCovered = tellCoverage(bench.coverage, folder, choice, io)
    return failed > 0 || isFaulty || !isCovered ? 1 : 0
  } finally {
    await bench?.close()
  }
}

const isError = ({ severity }: Diagnostic) => severity === 'error'

const passedOver = /(^|[\\/])(node_modules|\.git|\.gatehouse)([\\/]|$)/

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.test\.ya?ml$/.test(name) && !passedOver.test(name))
    .sort()
    .map(name => join(folder, name))
}

type OpenBench = TestBench & { readonly coverage: Coverage; close(): Promise<void> }

function openBench(catalog: Catalog): OpenBench {
  const { options, close } = standFor(catalog)
  const tokens = new ClaimTokens(options.tokens)
  const stand = new Stand({ ...options, tokens })
  return { stand, coverage: new Coverage(stand.places), tokenFor: tokensOf(catalog, tokens), close }
}

/** One after the other, each with counters and cache empty. */
async function runAll(tests: readonly PolicyTest[], bench: OpenBench, choice: Choice, io: Io): Promise<readonly TestResult[]> {
  const reporter = reporterFor(choice.reporter, paintFor(io.stdout, io.env))
  const snapshots = new SnapshotFiles(choice.update)
  const results: TestResult[] = []
  for (const test of tests) {
    const result = await runPolicyTest(test, { ...bench, keptSnapshot: one => snapshots.kept(one) })
    if (result.snapshot !== undefined) snapshots.keep(test, result.snapshot)
    results.push(result)
    io.stdout.write(reporter.result(result))
  }
  io.stdout.write(reporter.end(results))
  snapshots.write()
  return results
}

function tokensOf({ directory, settings }: Catalog, claimTokens: ClaimTokens): TokenFor {
  return async (caller, now) => {
    if (caller.kind === 'claims') return { token: claimTokens.issue(caller.claims, now) }
    if (directory === undefined) return { refused: 'the workspace has no local directory (identity.directory in gatehouse.yaml)' }
    const issued = await issueDirectoryToken(directory, settings.state, { ...caller, now })
    return isRefusal(issued) ? { refused: `${issued.code}: ${issued.message}` } : { token: issued.accessToken }
  }
}

function tellCoverage(coverage: Coverage, folder: string, choice: Choice, io: Io): boolean {
  if (!choice.coverage) return true
  const files = coverage.files()
  if (choice.reporter === 'json') io.stdout.write(`${JSON.stringify({ coverage: files })}\n`)
  else io.stderr.write(describeCoverage(files, folder, paintFor(io.stderr, io.env)))
  const [ran, all] = files.reduce(([some, most], file) => [some + file.ran, most + file.all], [0, 0])
  const reached = all === 0 ? 100 : (ran / all) * 100
  if (choice.least === undefined || reached >= choice.least) return true
  io.stderr.write(`fewer than ${choice.least} % of policies and branches ran\n`)
  return false
}
