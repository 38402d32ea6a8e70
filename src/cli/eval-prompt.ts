import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { evaluateExpression } from '../policies/context/evaluate.ts'
import { contextFromJson } from '../policies/context/from-json.ts'
import { policyCompiler } from '../policies/context/policy-compiler.ts'
import type { Io } from './command.ts'
import { describeEvaluation } from './describe-evaluation.ts'
import { isOpen, pointAtFaults, wrapTyped } from './eval-typed.ts'
import { paintFor } from './paint.ts'

const help = `  :context FILE   load what \`context\` holds from a JSON file; without FILE, empty it
  :help           this
  :quit           leave (also Ctrl+D; Ctrl+C drops what you have typed)
`
const greeting = `C# policy expressions: what you type is evaluated, @( ) around it may be left out.
With ; at its end it is statements. An open bracket goes on in the next line.
${help}`

const promptText = 'cs> '
const goingOn = '  . '

/** The interactive prompt of `gatehouse eval`: history by the arrow keys, several lines while a bracket is open. */
export async function openPrompt(context: unknown, io: Io): Promise<number> {
  const prompt = new Prompt(context, io)
  await prompt.run()
  return 0
}

class Prompt {
  readonly #io: Io
  readonly #lines: Interface
  readonly #isTerminal: boolean
  readonly #paint: ReturnType<typeof paintFor>
  #context: unknown
  /** Lines of an expression that is not finished. */
  #pending: string[] = []
  #history: string[] = []

  constructor(context: unknown, io: Io) {
    this.#io = io
    this.#context = context
    this.#isTerminal = io.stdin.isTTY === true
    this.#paint = paintFor(io.stderr, io.env)
    // without a terminal nobody needs a prompt
    this.#lines = createInterface({
      input: io.stdin,
      ...(this.#isTerminal ? { output: process.stderr } : {}),
      terminal: this.#isTerminal,
      historySize: 500,
      removeHistoryDuplicates: true,
    })
  }

  async run(): Promise<void> {
    const lines = this.#lines
    lines.on('history', (entries: string[]) => {
      this.#history = entries
    })
    lines.on('SIGINT', () => this.#interrupted())
    if (this.#isTerminal) this.#io.stderr.write(greeting)
    this.#ask()
    for await (const line of lines) {
      if (!this.#take(line)) break
      this.#ask()
    }
    if (this.#pending.length > 0) this.#evaluate()
    lines.close()
  }

  #ask(): void {
    this.#lines.setPrompt(this.#paint.cyan(this.#pending.length === 0 ? promptText : goingOn))
    if (this.#isTerminal) this.#lines.prompt()
  }

  /** Drops what is typed; where nothing is, says how to leave. */
  #interrupted(): void {
    const nothing = this.#pending.length === 0 && this.#lines.line === ''
    this.#pending = []
    this.#io.stderr.write(nothing ? '\n(Ctrl+D or :quit leaves)\n' : '\n')
    this.#lines.write(null, { ctrl: true, name: 'e' })
    this.#lines.write(null, { ctrl: true, name: 'u' })
    this.#ask()
  }

  /** False: the end was asked for. */
  #take(line: string): boolean {
    const isCommand = this.#pending.length === 0 && line.trim().startsWith(':')
    if (isCommand) return this.#command(line.trim())
    if (this.#pending.length === 0 && line.trim() === '') return true
    this.#pending.push(line)
    if (!isOpen(this.#pending.join('\n'))) this.#evaluate()
    return true
  }

  #command(text: string): boolean {
    const [name = '', ...rest] = text.split(/\s+/)
    if (name === ':quit' || name === ':q' || name === ':exit') return false
    if (name === ':context') this.#loadContext(rest.join(' '))
    else this.#io.stderr.write(help)
    return true
  }

  #loadContext(file: string): void {
    try {
      const context: unknown = file === '' ? {} : JSON.parse(readFileSync(resolve(this.#io.cwd, file), 'utf8'))
      contextFromJson(context) // throws for one of another shape
      this.#context = context
      this.#io.stderr.write(file === '' ? 'context is empty again\n' : `context is now ${file}\n`)
    } catch (error) {
      this.#io.stderr.write(`cannot load ${file}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }

  #evaluate(): void {
    const lines = this.#pending
    this.#pending = []
    this.#remember(lines)
    const typed = wrapTyped(lines.join('\n'))
    const evaluation = evaluateExpression(typed.source, this.#context)
    if (!evaluation.ok && evaluation.error === 'CompileError') this.#showFaults(typed, lines)
    else {
      const text = describeEvaluation(evaluation)
      this.#io.stdout.write(`${evaluation.ok ? text : this.#paint.red(text)}\n`)
    }
  }

  #showFaults(typed: ReturnType<typeof wrapTyped>, lines: readonly string[]): void {
    const { diagnostics } = policyCompiler.compile(typed.source)
    const faults = diagnostics.filter(({ severity }) => severity === 'error')
    // the only line typed stands right above, behind the prompt
    const margin = this.#isTerminal && lines.length === 1 ? promptText.length : undefined
    for (const text of pointAtFaults(faults, typed, lines, margin)) this.#io.stdout.write(`${this.#paint.red(text)}\n`)
  }

  /** Several lines come back as one. */
  #remember(lines: readonly string[]): void {
    if (lines.length < 2 || lines.some(line => line.includes('//'))) return
    const whole = lines.map(line => line.trim()).join(' ')
    const typed = lines.map(line => line.trim()).filter(line => line !== '')
    this.#history.splice(0, Math.min(typed.length, this.#history.length), whole)
  }
}
