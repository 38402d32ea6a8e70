import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import { isRefusal } from '../directory/entra-errors.ts'
import { issueDirectoryToken } from '../directory/issue-directory-token.ts'
import type { PolicyTest } from '../explain/policy-tests/policy-test.ts'
import { readPolicyTests } from '../explain/policy-tests/read-policy-tests.ts'
import { runPolicyTest, type TestResult, type TokenFor } from '../explain/policy-tests/run-policy-test.ts'
import { Stand } from '../explain/stand.ts'
import { createReport } from '../workspace/report.ts'
import { type Command, type Io, UsageError } from './command.ts'
import { type Paint, paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { readWorkspace } from './read-workspace.ts'
import { standFor } from './stand-for.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const testCommand: Command = {
  name: 'test',
  summary: "run the workspace's policy tests (*.test.yaml)",
  usage: ['test [WORKSPACE] [--filter TEXT] [--environment NAME] [--json]'],
  details: `
Each test is a request, whoever makes it, and what must come of it; the backend and what policies ask of others are answered as the test says.
docs/explain.md has the format. Exits 1 when a test fails or something has errors, 2 when there is no test.`,
  options: {
    filter: { type: 'string', value: 'TEXT', help: 'only tests with this text in their name' },
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print a JSON object for each test, a line each: {name, file, line, ok, failures, verdict}' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const folder = workspaceFolder(args.positionals[0], io)
    const environment = args.text('environment')
    const { catalog, diagnostics, sound } = await readWorkspace({
      folder,
      env: io.env,
      serveValid: true,
      ...(environment === undefined ? {} : { environment }),
    })
    const report = createReport()
    const tests = testFiles(folder).flatMap(file => readPolicyTests(file, readFileSync(file, 'utf8'), report))
    const errors = [...diagnostics, ...report.diagnostics].filter(({ severity }) => severity === 'error')
    printDiagnostics(errors, io.stderr, io.env)
    if (errors.length > 0) io.stderr.write(`${countDiagnostics(errors)}\n`)
    if (!sound || report.diagnostics.length > 0) return 1
    const chosen = tests.filter(({ name }) => name.includes(args.text('filter') ?? ''))
    if (chosen.length === 0) throw new UsageError(`there is no test in ${folder} (*.test.yaml)`)
    const failed = await runAll(chosen, catalog, result => print(result, args.flag('json'), io))
    io.stderr.write(`${chosen.length - failed} of ${chosen.length} tests passed\n`)
    return failed > 0 || errors.length > 0 ? 1 : 0
  },
}

const passedOver = /(^|[\\/])(node_modules|\.git|\.gatehouse)([\\/]|$)/

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.test\.ya?ml$/.test(name) && !passedOver.test(name))
    .sort()
    .map(name => join(folder, name))
}

/** One after the other, each with counters and cache empty; answers how many failed. */
async function runAll(tests: readonly PolicyTest[], catalog: Catalog, tell: (result: TestResult) => void): Promise<number> {
  const { options, close } = standFor(catalog)
  let failed = 0
  try {
    const stand = new Stand(options)
    const tokenFor = tokensOf(catalog)
    for (const test of tests) {
      const result = await runPolicyTest(test, stand, tokenFor)
      if (!result.ok) failed++
      tell(result)
    }
  } finally {
    await close()
  }
  return failed
}

function tokensOf({ directory, settings }: Catalog): TokenFor {
  return async caller => {
    if (directory === undefined) return { refused: 'the workspace has no local directory (identity.directory in gatehouse.yaml)' }
    const issued = await issueDirectoryToken(directory, settings.state, { ...caller, now: Date.now() })
    return isRefusal(issued) ? { refused: `${issued.code}: ${issued.message}` } : { token: issued.accessToken }
  }
}

function print(result: TestResult, json: boolean, io: Io): void {
  io.stdout.write(json ? `${JSON.stringify(lineOf(result))}\n` : describe(result, paintFor(io.stdout, io.env)))
}

function lineOf({ verdict, ...result }: TestResult) {
  if (verdict === undefined) return result
  const { status, reason, policy, expected, received } = verdict
  return { ...result, verdict: { status, reason, policy, expected, received } }
}

function describe({ name, file, line, ok, failures, verdict }: TestResult, paint: Paint): string {
  if (ok) return `${paint.green('✓')} ${name}\n`
  const rows = [`${paint.red('✗')} ${name}  ${paint.dim(`${file}:${line}`)}`, ...failures.map(failure => `    ${failure}`)]
  const rule = verdict?.policy
  if (rule !== undefined) rows.push(`    ${paint.dim(`decided by ${rule.name} at ${rule.file}:${rule.line}`)}`)
  return `${rows.join('\n')}\n`
}
