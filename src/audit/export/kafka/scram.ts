import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** RFC 7677 §4 asks for 4096 at least; more than a million would be work for nobody's good. */
const iterations = { min: 4096, max: 1_000_000 }
/** RFC 5802 §7, `gs2-header`: no channel binding, no other identity. */
const gs2Header = 'n,,'

/** Why a SCRAM exchange cannot go on. Never holds what was exchanged. */
export class ScramFault extends Error {
  readonly code = 'kafka.scram'
}

export interface ScramCredentials {
  readonly hash: 'sha256' | 'sha512'
  readonly username: string
  readonly password: string
  /** Random and printable, without a comma; new for each exchange. */
  readonly nonce: string
}

export interface ScramFinal {
  /** `client-final-message`. */
  readonly message: string
  /** Throws unless the server knows the password, too. */
  verify(serverFinal: string): void
}

/** `client-first-message` (RFC 5802 §7). */
export const scramFirst = (credentials: ScramCredentials): string => gs2Header + bareFirst(credentials)

/**
 * What answers the server's first message. Kafka takes user names and passwords as they are, without SASLprep.
 * Source: RFC 5802 §3 and §5, RFC 7677.
 */
export async function scramFinal(credentials: ScramCredentials, serverFirst: string): Promise<ScramFinal> {
  const { hash, password, nonce } = credentials
  const said = attributesOf(serverFirst)
  const [theirNonce, salt, rounds] = [said.get('r') ?? '', said.get('s') ?? '', Number(said.get('i'))]
  if (!theirNonce.startsWith(nonce) || theirNonce === nonce || salt === '')
    throw new ScramFault('the broker’s SCRAM challenge is not in order')
  if (!(rounds >= iterations.min && rounds <= iterations.max))
    throw new ScramFault(`the broker asks for a SCRAM iteration count that is not from ${iterations.min} to ${iterations.max}`)
  const salted = await derive(password, Buffer.from(salt, 'base64'), rounds, hash === 'sha256' ? 32 : 64, hash)
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text, 'utf8').digest()
  const clientKey = hmac(salted, 'Client Key')
  const withoutProof = `c=${Buffer.from(gs2Header, 'utf8').toString('base64')},r=${theirNonce}`
  const authMessage = `${bareFirst(credentials)},${serverFirst},${withoutProof}`
  const signature = hmac(createHash(hash).update(clientKey).digest(), authMessage)
  const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0))
  const serverSignature = hmac(hmac(salted, 'Server Key'), authMessage)
  return {
    message: `${withoutProof},p=${Buffer.from(proof).toString('base64')}`,
    verify(serverFinal) {
      const theirs = Buffer.from(attributesOf(serverFinal).get('v') ?? '', 'base64')
      if (theirs.length !== serverSignature.length || !timingSafeEqual(theirs, serverSignature))
        throw new ScramFault('the broker does not prove that it knows the password: it is not the one that was meant')
    },
  }
}

/** `saslname`: a comma and `=` are escaped. */
function bareFirst({ username, nonce }: ScramCredentials): string {
  return `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
}

function attributesOf(message: string): ReadonlyMap<string, string> {
  return new Map(message.split(',').map(part => [part.slice(0, 1), part.slice(2)]))
}
