import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCompiler } from '../../src/expressions/expressions.ts'
import { textOf, typeOf } from '../../src/expressions/types/boxing.ts'
import { BudgetExceeded } from '../../src/expressions/types/budget.ts'
import { NetException } from '../../src/expressions/types/exceptions.ts'
import type { FuzzCase } from './random.ts'

/**
 * Compares our compiler with a real one on generated expressions. The oracle is a script that takes `CASES.json GOLDEN.json
 * --tools DIR` and answers `{id, ok, type, value}` or `{id, ok: false, exception}`; the environment names it: CSHARP_ORACLE
 * (the script) and CSHARP_TOOLS (its tools). Without them the expressions run on our side alone, and only crashes count.
 */
export interface Answer {
  readonly ok: boolean
  readonly type?: string | null
  readonly value?: string | null
  readonly exception?: string
}

export interface Disagreement {
  readonly expression: string
  readonly ours: Answer
  /** Absent without an oracle: ours is a crash. */
  readonly theirs: Answer | undefined
}

export interface Comparison {
  readonly disagreements: readonly Disagreement[]
  /** How many of the expressions had a value in C#; undefined: no oracle. */
  readonly values: number | undefined
}

const compiler = createCompiler({ types: [], globals: {} })
const oracleLimit = 180_000 // milliseconds for one batch

/**
 * What our side says. A crash of the compiler or the runtime is an answer of its own. The oracle reads a file, where half a surrogate pair
 * is a replacement character.
 */
export function ourAnswer(expression: string): Answer {
  try {
    const result = compiler.compile(expression.toWellFormed())
    if (!result.ok) return { ok: false, exception: 'CompileError' }
    const value = result.compiled.evaluate({})
    if (value === null) return { ok: true, type: null, value: '' }
    return { ok: true, type: typeOf(value).fullName, value: textOf(value).replaceAll('\r\n', '\n').toWellFormed() }
  } catch (error) {
    if (error instanceof NetException) return { ok: false, exception: error.fullName }
    if (error instanceof BudgetExceeded) return { ok: false, exception: 'BudgetExceeded' }
    return { ok: false, exception: `crash: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }
  }
}

/** The oracle ended badly or took too long: expressions may hang it. */
export class OracleFailure extends Error {}

async function askOracle(cases: readonly FuzzCase[]): Promise<ReadonlyMap<string, Answer> | undefined> {
  const { CSHARP_ORACLE: script, CSHARP_TOOLS: tools } = process.env
  if (script === undefined || tools === undefined || !existsSync(script)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'differential-'))
  try {
    const [input, output] = [join(folder, 'cases.json'), join(folder, 'golden.json')]
    writeFileSync(input, JSON.stringify(cases))
    await runToEnd([script, input, output, '--tools', tools, '--work', join(folder, 'work')], folder)
    const rows = JSON.parse(readFileSync(output, 'utf8')) as readonly (Answer & { readonly id: string })[] // the oracle's documented shape
    return new Map(rows.map(row => [row.id, row]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a script of node's in a process group of its own, which ends as a whole: the oracle starts compilers and programs that may hang. */
async function runToEnd(args: readonly string[], folder: string): Promise<void> {
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  const endGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // all of it has ended
    }
  }
  const leave = () => {
    endGroup()
    rmSync(folder, { recursive: true, force: true })
    process.exit(130)
  }
  const timer = setTimeout(endGroup, oracleLimit)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  })
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null] // what the event gives
    if (code !== 0) throw new OracleFailure(`the oracle ended with ${code ?? signal}: ${said}`)
  } finally {
    clearTimeout(timer)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, leave)
    endGroup()
  }
}

const shown = (answer: Answer) => (answer.ok ? `${answer.type} ${JSON.stringify(answer.value)}` : answer.exception)

function agree(ours: Answer, theirs: Answer): boolean {
  if (!theirs.ok || !ours.ok) return theirs.ok === ours.ok && theirs.exception === ours.exception
  return (theirs.type ?? null) === (ours.type ?? null) && (theirs.value ?? '').replaceAll('\r\n', '\n') === (ours.value ?? '')
}

/** Runs the cases on both sides. Rejects with OracleFailure. */
export async function compare(cases: readonly FuzzCase[]): Promise<Comparison> {
  const golden = await askOracle(cases)
  const disagreements: Disagreement[] = []
  for (const { id, expression } of cases) {
    const ours = ourAnswer(expression)
    const theirs = golden === undefined ? undefined : (golden.get(id) ?? { ok: false, exception: 'CompileError' })
    const crashed = ours.exception?.startsWith('crash') ?? false
    if (crashed || !(theirs === undefined || agree(ours, theirs))) disagreements.push({ expression, ours, theirs })
  }
  return { disagreements, values: golden && [...golden.values()].filter(row => row.ok).length }
}

export const describeDisagreement = ({ expression, ours, theirs }: Disagreement): string =>
  `${expression}\n    C#   ${theirs === undefined ? '(no oracle)' : shown(theirs)}\n    ours ${shown(ours)}`
