import { StoreUnusable } from '../store/store-file.ts'
import { type Command, helpOf, type Io, readArguments, UsageError } from './command.ts'
import { commands } from './commands.ts'
import { guardOutput } from './guard-output.ts'

/** Runs one command line (without `node` and the script's name) and gives its exit code. */
export async function main(args: readonly string[], given: Io): Promise<number> {
  const io = { ...given, stdout: guardOutput(given.stdout), stderr: guardOutput(given.stderr) }
  const [name, ...rest] = args
  if (name === undefined) {
    io.stderr.write(overview())
    return 2
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(rest[0], io)
  if (name === '--version') {
    const { version } = await import('./version.ts')
    io.stdout.write(`${version()}\n`)
    return 0
  }
  const command = commands.find(known => known.name === name)
  if (command === undefined) {
    io.stderr.write(`gatehouse: there is no command "${name}"; "gatehouse --help" lists them\n`)
    return 2
  }
  const loaded = await command.load()
  const isFile = loaded.printsFile === true && given.stdout.isTTY !== true
  return runCommand(loaded, rest, isFile ? { ...io, stdout: given.stdout } : io)
}

async function help(name: string | undefined, io: Io): Promise<number> {
  const command = commands.find(known => known.name === name)
  io.stdout.write(command === undefined ? overview() : helpOf(await command.load()))
  return 0
}

async function runCommand(command: Command, args: readonly string[], io: Io): Promise<number> {
  const beforeDashes = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  if (beforeDashes.includes('--help') || beforeDashes.includes('-h')) {
    io.stdout.write(helpOf(command))
    return 0
  }
  try {
    return await command.run(readArguments(command, args), io)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof StoreUnusable)) throw error
    io.stderr.write(`gatehouse ${command.name}: ${error.message}\n`)
    return 2
  }
}

function overview(): string {
  const width = Math.max(...commands.map(command => command.name.length)) + 2
  return [
    'Gatehouse runs Azure API Management configuration anywhere, behind Entra identity.',
    '',
    'usage: gatehouse <command> [arguments]',
    '',
    ...commands.map(command => `  ${command.name.padEnd(width)}${command.summary}`),
    '',
    '"gatehouse <command> --help" says more. Exit codes: 0 fine, 1 the answer is no, 2 could not run.',
    '',
  ].join('\n')
}
