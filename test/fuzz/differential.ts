import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
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
  /** Absent where the oracle says nothing: ours is a crash. */
  readonly theirs: Answer | undefined
}

export interface Comparison {
  readonly disagreements: readonly Disagreement[]
  /** How many of the expressions had a value in C#; undefined: no oracle. */
  readonly values: number | undefined
  /** Expressions on which the oracle itself died: nobody knows what C# says of them. */
  readonly unknown: readonly string[]
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

/** Programs on which the oracle may die in one batch. */
const maxDeaths = 5

interface Golden {
  readonly answers: ReadonlyMap<string, Answer>
  readonly unknown: readonly string[]
}

/** Asks again for what stood behind a program that the oracle's compiler or runtime (mono) died on. */
async function askOracle(cases: readonly FuzzCase[]): Promise<Golden | undefined> {
  const { CSHARP_ORACLE: script, CSHARP_TOOLS: tools } = process.env
  if (script === undefined || tools === undefined || !existsSync(script)) return undefined
  const answers = new Map<string, Answer>()
  const unknown: string[] = []
  for (let left = cases; left.length > 0; ) {
    for (const [id, answer] of await askOnce(left, script, tools)) answers.set(id, answer)
    const [dead, ...others] = left.filter(({ id }) => !answers.has(id))
    if (dead !== undefined) unknown.push(dead.expression)
    if (unknown.length > maxDeaths) throw new OracleFailure(`it died on ${unknown.length} expressions`)
    left = others
  }
  return { answers, unknown }
}

/** A compiler that crashed says nothing of the program. */
const uncompiled = /^does not compile: (\S+): (?!Unhandled Exception)/gm

/** By the cases' ids; what stood behind a program that killed the runtime has none. */
async function askOnce(cases: readonly FuzzCase[], script: string, tools: string): Promise<ReadonlyMap<string, Answer>> {
  const folder = mkdtempSync(join(tmpdir(), 'differential-'))
  try {
    const [input, output] = [join(folder, 'cases.json'), join(folder, 'golden.json')]
    writeFileSync(input, JSON.stringify(cases))
    const said = await runToEnd([script, input, output, '--tools', tools, '--work', join(folder, 'work')], folder)
    const rows = JSON.parse(readFileSync(output, 'utf8')) as readonly (Answer & { readonly id: string })[] // the oracle's documented shape
    const refused = [...said.matchAll(uncompiled)].map(([, id = '']) => [id, { ok: false, exception: 'CompileError' }] as const)
    return new Map<string, Answer>([...refused, ...rows.map(row => [row.id, row] as const)])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a script of node's in a process group of its own, which ends as a whole: the oracle starts compilers and programs that may hang. Resolves to what it printed. */
async function runToEnd(args: readonly string[], folder: string): Promise<string> {
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
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
  const printed = text(child.stdout)
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000)
  })
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null] // what the event gives
    if (code !== 0) throw new OracleFailure(`the oracle ended with ${code ?? signal}: ${complaint}`)
    return await printed
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
    const theirs = golden?.answers.get(id)
    const crashed = ours.exception?.startsWith('crash') ?? false
    if (crashed || !(theirs === undefined || agree(ours, theirs))) disagreements.push({ expression, ours, theirs })
  }
  const values = golden && [...golden.answers.values()].filter(answer => answer.ok).length
  return { disagreements, values, unknown: golden?.unknown ?? [] }
}

export const describeDisagreement = ({ expression, ours, theirs }: Disagreement): string =>
  `${expression}\n    C#   ${theirs === undefined ? '(nothing)' : shown(theirs)}\n    ours ${shown(ours)}`
