import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Checkpoint } from './audit-event.ts'
import { jsonOf } from './record-text.ts'

/** Signs checkpoints of the trail (Ed25519, RFC 8032). A KeyObject goes to threads as it is. */
export interface AuditSigner {
  /** First 16 hexadecimal digits of the SHA-256 of the public key's SPKI form. */
  readonly keyId: string
  readonly privateKey: KeyObject
}

/** The gateway's own key; made when there is none yet, for its owner alone. Several processes that start at once agree on one. */
export function openAuditKey(state: string): AuditSigner {
  const file = join(state, 'audit-key.pem')
  mkdirSync(state, { recursive: true, mode: 0o700 })
  if (!existsSync(file)) makeKey(file)
  const privateKey = createPrivateKey(readFileSync(file))
  const publicKey = createPublicKey(privateKey)
  const shown = join(state, 'audit-key.pub.pem')
  // what an auditor takes along: kept elsewhere, it proves the trail against whoever has this folder
  if (!existsSync(shown)) writeFileSync(shown, publicKey.export({ type: 'spki', format: 'pem' }))
  return { keyId: keyIdOf(publicKey), privateKey }
}

function makeKey(file: string): void {
  const { privateKey } = generateKeyPairSync('ed25519')
  const own = `${file}.${process.pid}`
  writeFileSync(own, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  try {
    linkSync(own, file) // fails when another process was faster: then its key counts
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    rmSync(own)
  }
}

/** The public key that checkpoints are verified with; undefined when there is none. Throws for what is no such key. */
export function readAuditPublicKey(file: string): KeyObject | undefined {
  if (!existsSync(file)) return undefined
  const key = createPublicKey(readFileSync(file))
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`${file} holds no Ed25519 key`)
  return key
}

export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)
}

/** Where a checkpoint stands: a signature of one place is worth nothing at another. */
export interface CheckpointPlace {
  readonly writer: string
  readonly segment: number
  /** Its own number in the chain, and the hash of the line before it. */
  readonly seq: number
  readonly prev: string
}

type Content = Checkpoint['checkpoint']
type Said = Pick<Content, 'time' | 'ends'>

const messageOf = ({ writer, segment, seq, prev }: CheckpointPlace, { time, ends }: Said) =>
  Buffer.from(`gatehouse audit checkpoint 2\n${JSON.stringify([writer, segment, seq, prev, time, ends ?? ''])}`, 'utf8')

/** The checkpoint as it is written; without a signer it is not signed. */
export function checkpointText(place: CheckpointPlace, said: Said, signer: AuditSigner | undefined): string {
  if (signer === undefined) return textOf({ ...said, keyId: '', signature: '' })
  const signature = sign(null, messageOf(place, said), signer.privateKey).toString('base64')
  return textOf({ ...said, keyId: signer.keyId, signature })
}

const textOf = ({ time, keyId, signature, ends }: Content) => jsonOf({ checkpoint: { time, keyId, signature, ends } })

/** Whether the text is, to the letter, a checkpoint that this key signed at this place: what is not signed has no room in it. */
export function isCheckpointGood(
  place: CheckpointPlace,
  text: string,
  { checkpoint }: Checkpoint,
  publicKey: KeyObject,
): boolean {
  const bytes = Buffer.from(String(checkpoint.signature), 'base64')
  const written = textOf({ ...checkpoint, signature: bytes.toString('base64') })
  return written === text && verify(null, messageOf(place, checkpoint), publicKey, bytes)
}
