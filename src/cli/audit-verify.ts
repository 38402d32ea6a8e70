import type { KeyObject } from 'node:crypto'
import { join, resolve } from 'node:path'
import { readAuditPublicKey } from '../audit/audit-key.ts'
import { type ChainHead, parseHead } from '../audit/chain-head.ts'
import { isRunning } from '../audit/is-running.ts'
import { type AuditVerdict, verifyAudit } from '../audit/verify-audit.ts'
import { counted } from '../catalog/counted.ts'
import { type Arguments, type Io, UsageError } from './command.ts'
import { printable } from './printable.ts'

/** `gatehouse audit verify`: 0 when the trail is there, whole, and signed by the key. */
export async function verifyTrail(state: string, args: Arguments, io: Io): Promise<number> {
  const named = args.text('key')
  if (named !== undefined && args.flag('unsigned')) throw new UsageError('it is --key or --unsigned, not both')
  const file = named === undefined ? join(state, 'audit-key.pub.pem') : resolve(io.cwd, named)
  const key = args.flag('unsigned') ? undefined : keyFrom(file, named !== undefined)
  const folder = join(state, 'audit')
  const verdict = await verifyAudit(folder, key, { expected: args.texts('expect').map(headFrom), isRunning })
  const unproved = [
    ...(verdict.segments === 0 ? [`there is no trail in ${folder}`] : []),
    ...(key === undefined && !args.flag('unsigned') ? [withoutKey(file, verdict)] : []),
  ]
  const isWhole = verdict.faults.length === 0 && unproved.length === 0
  if (args.flag('json')) io.stdout.write(`${JSON.stringify({ isWhole, unproved, ...verdict })}\n`)
  else io.stdout.write(describe(verdict, unproved, args.flag('unsigned')))
  return isWhole ? 0 : 1
}

const withoutKey = (file: string, { hasSignatures }: AuditVerdict) =>
  hasSignatures
    ? `there is no ${file}, so nobody knows whose signatures these are: name the key that was kept elsewhere (--key)`
    : `there is no ${file}, and no checkpoint is signed: --unsigned judges the hash chains alone, which anybody can make up anew`

function describe(verdict: AuditVerdict, unproved: readonly string[], isUnsigned: boolean): string {
  const { faults, notes, records, segments, heads } = verdict
  const lines = [
    ...faults.map(({ file, line, message }) => `${file}:${line}: ${message}`),
    ...notes.map(note => `note: ${note}`),
    ...(isUnsigned ? ['note: signatures were not checked'] : []),
    ...heads.map(head => `head: ${head}`),
    ...unproved,
  ]
  const end = faults.length > 0 ? counted(faults.length, 'fault') : unproved.length > 0 ? 'not proved' : 'whole'
  return `${[...lines.map(printable), `${counted(records, 'record')} in ${counted(segments, 'segment')}: ${end}`].join('\n')}\n`
}

function headFrom(text: string): ChainHead {
  const head = parseHead(text)
  if (head === undefined) throw new UsageError(`--expect "${text}" is no head; "audit verify" prints it: WRITER/NUMBER/HASH`)
  return head
}

/** The key that an auditor kept, or the one in the state folder, which whoever holds that folder may have replaced. */
function keyFrom(file: string, isNamed: boolean): KeyObject | undefined {
  try {
    const key = readAuditPublicKey(file)
    if (key === undefined && isNamed)
      throw new UsageError(`--key: there is no ${file}; a relative path is read from the current directory`)
    return key
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file} holds no public key of a trail (Ed25519, PEM)`)
  }
}
