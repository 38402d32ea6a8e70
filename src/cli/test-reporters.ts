import { relative } from 'node:path'
import { counted } from '../catalog/counted.ts'
import type { FileCoverage } from '../explain/policy-tests/coverage.ts'
import type { TestResult } from '../explain/policy-tests/run-policy-test.ts'
import type { Paint } from './paint.ts'
import { printableTexts } from './printable.ts'

/** How results are told: as they come, and at the end. All give text with its line ends. */
export interface Reporter {
  result(result: TestResult): string
  end(results: readonly TestResult[]): string
}

export const reporterNames = ['spec', 'tap', 'junit', 'json'] as const
export type ReporterName = (typeof reporterNames)[number]

export function reporterFor(name: ReporterName, paint: Paint): Reporter {
  switch (name) {
    case 'json':
      return { result: result => `${JSON.stringify(lineOf(result))}\n`, end: () => '' }
    case 'tap':
      return tapReporter()
    case 'junit':
      return { result: () => '', end: junitOf }
    case 'spec':
      return { result: result => describe(printableTexts(result), paint), end: () => '' }
  }
}

function lineOf({ verdict, snapshot: _kept, ...result }: TestResult) {
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

/** Test Anything Protocol, version 14: a YAML block says what failed. */
function tapReporter(): Reporter {
  let count = 0
  return {
    result({ name, ok, failures, file, line, duration }) {
      count++
      const head = count === 1 ? 'TAP version 14\n' : ''
      // `#` would begin a directive
      const title = name.replace(/[\\#]/g, '\\$&').replace(/\s+/g, ' ')
      const rows = [`duration_ms: ${duration}`, `at: ${JSON.stringify(`${file}:${line}`)}`]
      if (!ok) rows.push('failures:', ...failures.map(failure => `  - ${JSON.stringify(failure)}`))
      const block = `  ---\n${rows.map(row => `  ${row}\n`).join('')}  ...\n`
      return `${head}${ok ? 'ok' : 'not ok'} ${count} - ${title}\n${block}`
    },
    end: () => `1..${count}\n`,
  }
}

/** The XML that CI servers read: a suite for each file. */
function junitOf(results: readonly TestResult[]): string {
  const suites = [...Map.groupBy(results, ({ file }) => file)].map(([file, cases]) => {
    const failed = cases.filter(({ ok }) => !ok).length
    const open = `<testsuite name=${quoted(file)} tests="${cases.length}" failures="${failed}" time="${seconds(cases)}">`
    return `  ${open}\n${cases.map(caseOf).join('')}  </testsuite>\n`
  })
  const failures = results.filter(({ ok }) => !ok).length
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${results.length}" failures="${failures}" time="${seconds(results)}">\n${suites.join('')}</testsuites>\n`
}

function caseOf(result: TestResult): string {
  const { name, file, line, ok, failures } = result
  const open = `    <testcase name=${quoted(name)} classname=${quoted(file)} file=${quoted(file)} line="${line}" time="${seconds([result])}"`
  if (ok) return `${open} />\n`
  return `${open}>\n      <failure message=${quoted(failures[0] ?? '')}>${escaped(failures.join('\n'))}</failure>\n    </testcase>\n`
}

const seconds = (results: readonly TestResult[]) => (results.reduce((sum, { duration }) => sum + duration, 0) / 1000).toFixed(3)
const quoted = (text: string) => `"${escaped(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}"`

/** XML 1.0 has no way to write most control characters. */
function escaped(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/** What the tests did not reach, file by file. */
export function describeCoverage(files: readonly FileCoverage[], folder: string, paint: Paint): string {
  const [ran, all] = [sum(files, 'ran'), sum(files, 'all')]
  const rows = files.flatMap(({ file, ran: some, all: most, missed }) => [
    `${some === most ? paint.green('✓') : paint.yellow('·')} ${percent(some, most)}  ${relative(folder, file)}`,
    ...missed.map(({ path, line }) => `         ${paint.dim(`line ${line}: ${path} never ran`)}`),
  ])
  return `${rows.join('\n')}\n${percent(ran, all)}  ${ran} of ${counted(all, 'policy or branch', 'policies and branches')} ran\n`
}

const sum = (files: readonly FileCoverage[], key: 'ran' | 'all') => files.reduce((total, file) => total + file[key], 0)
const percent = (some: number, all: number) => `${String(all === 0 ? 100 : Math.floor((some / all) * 100)).padStart(3)} %`
