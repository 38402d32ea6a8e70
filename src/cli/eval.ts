import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { evaluateExpression } from '../policies/context/evaluate.ts'
import { type Command, type Io, UsageError } from './command.ts'
import { describeEvaluation } from './describe-evaluation.ts'

export const evalCommand: Command = {
  name: 'eval',
  summary: 'evaluate policy expressions as API Management would',
  usage: ["eval '@(1 + 1)' [--context FILE]", 'eval --input CASES.json', 'eval'],
  details: `
--input takes a JSON array of {id, expression, context?} and answers with one JSON line each:
{id, ok: true, type, value} or {id, ok: false, error, message}. Without an argument it opens a prompt.
The context file is JSON: {request: {method, url, headers: {Name: [value]}, body}, response, variables, api, user, …}.`,
  options: {
    input: { type: 'string', value: 'FILE', help: 'a JSON array of cases; - reads standard input' },
    context: { type: 'string', value: 'FILE', help: 'what `context` holds, as JSON' },
    json: { type: 'boolean', help: 'print a JSON line (the default when the output is no terminal)' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const input = args.text('input')
    const expression = args.positionals[0]
    if (input !== undefined && expression !== undefined) throw new UsageError('give either an expression or --input, not both')
    if (input !== undefined) return evaluateCases(input, io)
    const contextFile = args.text('context')
    const context = contextFile === undefined ? {} : readJson(contextFile, io)
    if (expression !== undefined) return evaluateOne(expression, context, args.flag('json') || io.stdout.isTTY !== true, io)
    const { openPrompt } = await import('./eval-prompt.ts')
    return openPrompt(context, io)
  },
}

function evaluateOne(expression: string, context: unknown, json: boolean, io: Io): number {
  const result = evaluateExpression(expression, context)
  if (json) io.stdout.write(`${JSON.stringify(result)}\n`)
  else io.stdout.write(`${describeEvaluation(result)}\n`)
  return result.ok ? 0 : 1
}

function evaluateCases(input: string, io: Io): number {
  const cases = readJson(input, io)
  if (!Array.isArray(cases)) throw new UsageError(`${input} holds no JSON array`)
  for (const [index, item] of cases.entries()) {
    const { id, expression, context } = caseFrom(item, index, input)
    const result = evaluateExpression(expression, context)
    io.stdout.write(`${JSON.stringify({ id, ...result })}\n`)
  }
  return 0
}

function caseFrom(item: unknown, index: number, input: string): { id: unknown; expression: string; context: unknown } {
  if (item === null || typeof item !== 'object' || !('expression' in item) || typeof item.expression !== 'string')
    throw new UsageError(`case ${index} of ${input} has no text "expression"`)
  return {
    id: 'id' in item ? item.id : index,
    expression: item.expression,
    context: 'context' in item ? (item.context ?? {}) : {},
  }
}

function readJson(file: string, io: Io): unknown {
  const text = readText(file, io)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readText(file: string, io: Io): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(io.cwd, file), 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
