import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { evaluateExpression } from '../policies/context/evaluate.ts'
import type { Io } from './command.ts'
import { describeEvaluation } from './describe-evaluation.ts'
import { paintFor } from './paint.ts'

const greeting = `C# policy expressions. What you type is evaluated; @( ) around it may be left out. An open bracket continues on the next line.
  :context FILE   load what \`context\` holds from a JSON file
  :quit           leave (also Ctrl+D)
`

/** The interactive prompt of `gatehouse eval`: history by the arrow keys, several lines while a bracket is open. */
export async function openPrompt(context: unknown, io: Io): Promise<number> {
  const paint = paintFor(io.stderr, io.env)
  const lines = createInterface({ input: io.stdin, output: process.stderr, terminal: io.stdin.isTTY === true, historySize: 500 })
  let current = context
  let pending = ''
  const prompt = () => {
    lines.setPrompt(pending === '' ? paint.cyan('cs> ') : paint.cyan('  . '))
    lines.prompt()
  }
  io.stderr.write(greeting)
  prompt()
  for await (const line of lines) {
    const text = pending === '' ? line.trim() : `${pending}\n${line}`
    pending = ''
    if (text === ':quit') break
    if (text.startsWith(':context')) current = loadContext(text.slice(':context'.length).trim(), current, io)
    else if (text.startsWith(':')) io.stderr.write('there are :context FILE and :quit\n')
    else if (text !== '' && isOpen(text)) pending = text
    else if (text !== '') io.stdout.write(`${describeEvaluation(evaluateExpression(asExpression(text), current))}\n`)
    prompt()
  }
  lines.close()
  return 0
}

/** `1 + 1` means `@(1 + 1)`; what holds statements needs `@{ }`. */
function asExpression(text: string): string {
  if (text.startsWith('@(') || text.startsWith('@{')) return text
  return /;\s*$/.test(text) ? `@{${text}}` : `@(${text})`
}

/** More brackets opened than closed, outside of strings, characters and comments. */
function isOpen(text: string): boolean {
  const code = text.replace(/@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '')
  let depth = 0
  for (const char of code) depth += '([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0
  return depth > 0
}

function loadContext(file: string, current: unknown, io: Io): unknown {
  try {
    const context: unknown = JSON.parse(readFileSync(resolve(io.cwd, file), 'utf8'))
    io.stderr.write(`context is now ${file}\n`)
    return context
  } catch (error) {
    io.stderr.write(`cannot load ${file}: ${error instanceof Error ? error.message : String(error)}\n`)
    return current
  }
}
