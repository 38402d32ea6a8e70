import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { WireWriter } from '../export/kafka/wire.ts'

export interface SaslUser {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly username: string
  readonly password: string
  /** Knows the name and not the password, as whoever stands in for a broker. */
  readonly isImpostor?: boolean
}

const iterations = 4096
const refused = 58

/** A broker's part of a sign-in: PLAIN (RFC 4616) or SCRAM (RFC 5802 §3). */
export class SaslServer {
  isSignedIn = false
  readonly #user: SaslUser
  readonly #salt = randomBytes(16)
  #first = ''

  constructor(user: SaslUser) {
    this.#user = user
  }

  handshake(mechanism: string): Buffer {
    const code = mechanism === this.#user.mechanism ? 0 : 33
    return new WireWriter().int16(code).int32(1).string(this.#user.mechanism).end()
  }

  authenticate(message: string): Buffer {
    const said = this.#user.mechanism === 'PLAIN' ? this.#plain(message) : this.#scram(message)
    // a broker's text may quote what it was sent
    if (said === undefined)
      return new WireWriter().int16(refused).string(`wrong: ${this.#user.password}`).bytes(Buffer.alloc(0)).end()
    return new WireWriter().int16(0).string(null).bytes(Buffer.from(said, 'utf8')).end()
  }

  #plain(message: string): string | undefined {
    const { username, password } = this.#user
    this.isSignedIn = message === `\0${username}\0${password}`
    return this.isSignedIn ? '' : undefined
  }

  #scram(message: string): string | undefined {
    const saslname = this.#user.username.replaceAll('=', '=3D').replaceAll(',', '=2C')
    if (this.#first === '') {
      const [, name, nonce] = /^n,,n=([^,]*),r=([^,]+)$/.exec(message) ?? []
      if (name !== saslname) return undefined
      const challenge = `r=${nonce}${randomBytes(18).toString('base64')},s=${this.#salt.toString('base64')},i=${iterations}`
      this.#first = `${message.slice(3)},${challenge}`
      return challenge
    }
    const [, withoutProof, proof] = /^(c=biws,r=[^,]+),p=(.+)$/.exec(message) ?? []
    const hash = this.#user.mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
    const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest()
    const password = this.#user.isImpostor === true ? 'guessed' : this.#user.password
    const salted = pbkdf2Sync(password, this.#salt, iterations, hash === 'sha256' ? 32 : 64, hash)
    const [clientKey, authMessage] = [hmac(salted, 'Client Key'), `${this.#first},${withoutProof}`]
    const signature = hmac(createHash(hash).update(clientKey).digest(), authMessage)
    const expected = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0))).toString('base64')
    this.isSignedIn = this.#user.isImpostor === true || proof === expected
    return this.isSignedIn ? `v=${hmac(hmac(salted, 'Server Key'), authMessage).toString('base64')}` : undefined
  }
}
