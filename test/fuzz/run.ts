import { parseArgs } from 'node:util'
import { type Comparison, compare, describeDisagreement, OracleFailure } from './differential.ts'
import { generateJson } from './generate-json.ts'
import { generateLinq } from './generate-linq.ts'
import { generatePrimitives } from './generate-primitives.ts'
import { generateRegex } from './generate-regex.ts'
import { generateServices } from './generate-services.ts'
import { generateStatements } from './generate-statements.ts'
import { generateXml } from './generate-xml.ts'
import type { FuzzCase } from './random.ts'

/**
 * Generated expressions on our compiler and on a real C# one, batch after batch:
 * `node test/fuzz/run.ts [--seconds N] [--seed S] [--only name]`. Exit code 1: they disagreed, or ours crashed. `differential.ts` tells
 * where the real compiler comes from.
 */
const generators = new Map<string, (seed: number, count: number) => FuzzCase[]>([
  ['primitives', generatePrimitives],
  ['linq', generateLinq],
  ['json', generateJson],
  ['xml', generateXml],
  ['regex', generateRegex],
  ['statements', generateStatements],
  ['services', generateServices],
])

const batch = 150

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' }, only: { type: 'string' } },
})

function chosen(only: string | undefined) {
  const names = only === undefined ? [...generators.keys()] : [only]
  return names.map(name => {
    const generate = generators.get(name)
    if (generate === undefined) throw new Error(`--only takes one of ${[...generators.keys()].join(', ')}`)
    return { name, generate }
  })
}

/** Of the whole run. */
const totals = { expressions: 0, disagreements: 0, leftOut: 0, unknown: 0 }

/** One batch; prints each disagreement once (`seen`). A batch that the oracle cannot finish is left out. */
async function runBatch(name: string, seed: number, cases: readonly FuzzCase[], seen: Set<string>): Promise<void> {
  const result = await compared(name, seed, cases)
  if (result === undefined) {
    totals.leftOut++
    return
  }
  const fresh = result.disagreements.filter(({ expression }) => !seen.has(expression))
  for (const each of fresh) {
    seen.add(each.expression)
    console.log(describeDisagreement(each))
  }
  const summary = result.values === undefined ? 'no oracle: crashes only' : `${result.values} of them values in C#`
  console.log(`${name}, seed ${seed}: ${cases.length} expressions, ${summary}, ${fresh.length} disagreements`)
  for (const expression of result.unknown) console.log(`  the oracle died on ${expression}`)
  totals.expressions += cases.length - result.unknown.length
  totals.unknown += result.unknown.length
  totals.disagreements += fresh.length
}

async function compared(name: string, seed: number, cases: readonly FuzzCase[]): Promise<Comparison | undefined> {
  try {
    return await compare(cases)
  } catch (error) {
    if (!(error instanceof OracleFailure)) throw error
    console.log(`${name}, seed ${seed}: left out, ${error.message}`)
    return undefined
  }
}

const first = Number(values.seed)
const picked = chosen(values.only)
const end = performance.now() + Number(values.seconds) * 1000
const seen = new Set<string>()
for (let seed = first; seed === first || performance.now() < end; seed++)
  for (const { name, generate } of picked) {
    if (seed !== first && performance.now() >= end) break
    await runBatch(name, seed, generate(seed, batch), seen)
  }
console.log(
  `${totals.expressions} expressions, ${totals.disagreements} disagreements, ${totals.leftOut} batches left out, ${totals.unknown} expressions that the oracle died on`,
)
process.exitCode = totals.disagreements === 0 ? 0 : 1
