import { parseArgs } from 'node:util'

/** What a command may write to and read from; the process's own in production. */
export interface Io {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

export interface Option {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** One letter that stands for it: `H`. */
  readonly short?: string
  /** Shown for its value in the help: `NAME`. */
  readonly value?: string
  readonly help: string
}

export interface Arguments {
  readonly positionals: readonly string[]
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  flag(name: string): boolean
}

/** One command of `gatehouse`: its file in this folder holds everything about it. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What follows `gatehouse` on the command line, a line each. */
  readonly usage: readonly string[]
  /** Further paragraphs of the help. */
  readonly details?: string
  readonly options: Readonly<Record<string, Option>>
  readonly positionals: { readonly min: number; readonly max: number }
  /** What it prints is the text of a file: into files and pipes it goes as it is, character for character. */
  readonly printsFile?: true
  /** Resolves to the exit code: 0 fine, 1 the answer is no, 2 could not run. */
  run(args: Arguments, io: Io): Promise<number>
}

/** The command line was wrong, or what it names is not there: exit code 2. */
export class UsageError extends Error {}

/** Reads a command's own arguments; throws UsageError with what is wrong. */
export function readArguments(command: Command, args: readonly string[]): Arguments {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, multiple = false, short }]) => [
      name,
      { type, multiple, ...(short === undefined ? {} : { short }) },
    ]),
  )
  const parsed = parse(args, options, command.name)
  const { min, max } = command.positionals
  if (parsed.positionals.length < min)
    throw new UsageError(`too few arguments; usage: gatehouse ${command.usage[0] ?? command.name}`)
  if (parsed.positionals.length > max) throw new UsageError(`too many arguments: ${parsed.positionals.slice(max).join(' ')}`)
  const values = new Map(Object.entries(parsed.values))
  const texts = (name: string) => [values.get(name) ?? []].flat().filter(value => typeof value === 'string')
  return {
    positionals: parsed.positionals,
    texts,
    text: name => texts(name).at(-1),
    flag: name => values.get(name) === true,
  }
}

function parse(args: readonly string[], options: Record<string, Pick<Option, 'type' | 'multiple' | 'short'>>, command: string) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    // Node's first sentence says what is wrong; its advice is about its own API
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split(/\.?(?:\n|\. )/)
    throw new UsageError(
      `${what}; "gatehouse ${command} --help" lists the options, and --option=VALUE takes a value that begins with a dash`,
    )
  }
}

/** The text of `gatehouse <command> --help`. */
export function helpOf(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => {
    const named = option.short === undefined ? `--${name}` : `-${option.short}, --${name}`
    const form = option.type === 'boolean' ? named : `${named} ${option.value ?? 'TEXT'}`
    return [form, option.help + (option.multiple === true ? ' (may be given several times)' : '')] as const
  })
  const width = Math.max(...rows.map(([form]) => form.length), 6) + 2
  const lines = [
    command.summary,
    '',
    ...command.usage.map((usage, i) => `${i === 0 ? 'usage:' : '      '} gatehouse ${usage}`),
    '',
    ...rows.map(([form, help]) => `  ${form.padEnd(width)}${help}`),
    `  ${'--help'.padEnd(width)}this text`,
  ]
  if (command.details !== undefined) lines.push('', command.details.trim())
  return `${lines.join('\n')}\n`
}
