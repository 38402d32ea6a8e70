import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { counted } from '../catalog/counted.ts'
import { type AccessChange, accessDiff } from '../explain/trials/access-diff.ts'
import { type OperationAccess, whoMay } from '../explain/trials/who-may.ts'
import { addressText } from './address-text.ts'
import { type Arguments, type Io, UsageError } from './command.ts'
import { directoryCallers } from './directory-callers.ts'
import { type Paint, paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { printableTexts } from './printable.ts'
import { readAsAsked } from './read-as-asked.ts'
import { assertWorkspace } from './workspace-folder.ts'

/** Who gains and who loses between two workspaces. Answers 1 when anybody does, or when one has errors. */
export async function printAccessDiff(args: Arguments, io: Io): Promise<number> {
  const [, before, after] = args.positionals
  if (before === undefined || after === undefined) throw new UsageError('usage: gatehouse access diff OLD NEW')
  const old = await accessOf(before, args, io)
  const now = await accessOf(after, args, io)
  if (old === undefined || now === undefined) return 1
  const changes = accessDiff(old, now)
  if (args.flag('json')) io.stdout.write(`${JSON.stringify(changes, null, 2)}\n`)
  else print(printableTexts(changes), io)
  return changes.length === 0 ? 0 : 1
}

async function accessOf(name: string, args: Arguments, io: Io): Promise<readonly OperationAccess[] | undefined> {
  const { folder, remove } = await folderOf(name, io)
  try {
    assertWorkspace(folder, name)
    const { catalog, errors, sound } = await readAsAsked(folder, args, io)
    if (sound) return await whoMay(catalog, directoryCallers(catalog))
    printDiagnostics(errors, io.stderr, io.env)
    io.stderr.write(`${name}: ${countDiagnostics(errors)}\n`)
    return undefined
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    io.stderr.write(`${name} cannot be tried: ${error.message}\n`)
    return undefined
  } finally {
    remove()
  }
}

/** A folder as it is; else a git revision, of which the part that is the current folder is laid out in a temporary one. */
export async function folderOf(name: string, { cwd }: Pick<Io, 'cwd'>): Promise<{ readonly folder: string; remove(): void }> {
  const folder = resolve(cwd, name)
  if (existsSync(folder)) return { folder, remove() {} }
  const git = promisify(execFile)
  const temporary = mkdtempSync(join(tmpdir(), 'gatehouse-diff-'))
  const remove = () => rmSync(temporary, { recursive: true, force: true })
  try {
    const top = (await git('git', ['rev-parse', '--show-toplevel'], { cwd })).stdout.trim()
    const commit = (await git('git', ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`], { cwd })).stdout.trim()
    const archive = join(temporary, 'tree.tar')
    await git('git', ['archive', '--format=tar', `--output=${archive}`, commit, '--', relative(top, cwd) || '.'], { cwd: top })
    await git('tar', ['-xf', archive, '-C', temporary])
    return { folder: join(temporary, relative(top, cwd)), remove }
  } catch {
    remove()
    throw new UsageError(`${name} is no folder, and no git revision of ${cwd}`)
  }
}

function print(changes: readonly AccessChange[], io: Io): void {
  const paint = paintFor(io.stdout, io.env)
  for (const change of changes) io.stdout.write(`${lineOf(change, paint)}\n`)
  io.stderr.write(changes.length === 0 ? 'nobody gains and nobody loses\n' : `${counted(changes.length, 'change')}\n`)
}

function lineOf(change: AccessChange, paint: Paint): string {
  const { kind, principal, method, product, opensToAll } = change
  const operation = `${method} ${addressText(change)}`
  const way = product === null ? '' : paint.dim(`  (product ${product})`)
  if (kind === 'condition')
    return `${paint.yellow('?')} a condition changes: who gains or loses ${operation} cannot be told by role or group${way}`
  const sign = kind === 'gains' ? paint.green('+') : paint.red('-')
  const warning = opensToAll ? `  ${paint.red('nobody guards this any more')}` : ''
  return `${sign} ${principal} ${kind} ${operation}${way}${warning}`
}
