import { randomBytes } from 'node:crypto'
import type { KafkaSasl } from '../../../catalog/settings.ts'
import { apis } from './broker-calls.ts'
import type { KafkaLink } from './kafka-link.ts'
import { KafkaRefused } from './refusals.ts'
import { scramFinal, scramFirst } from './scram.ts'
import { WireWriter } from './wire.ts'

const mechanisms = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const

/**
 * Proves to a broker who the gateway is.
 * Source: "Kafka protocol guide", "SASL Authentication Sequence"; RFC 4616 (PLAIN), RFC 5802 and 7677 (SCRAM).
 */
export async function signIn(link: KafkaLink, { mechanism, username, password }: KafkaSasl): Promise<void> {
  const name = mechanisms[mechanism]
  const { code, offered } = await link.request(apis.saslHandshake, new WireWriter().string(name).end(), answer => ({
    code: answer.int16(),
    offered: answer.array(from => from.string()),
  }))
  // what it offers is its own text: only names of mechanisms are repeated
  const known = offered.filter(one => /^[A-Z0-9_-]{1,20}$/.test(one))
  if (code !== 0)
    throw new Error(`it does not take ${name}${known.length === 0 ? '' : `, but ${known.join(', ')}`}: set sasl.mechanism`)
  if (mechanism === 'plain') {
    await exchange(link, `\0${username}\0${password}`)
    return
  }
  const hash = mechanism === 'scram-sha-256' ? 'sha256' : 'sha512'
  const credentials = { hash, username, password, nonce: randomBytes(24).toString('base64') } as const
  const final = await scramFinal(credentials, await exchange(link, scramFirst(credentials)))
  final.verify(await exchange(link, final.message))
}

async function exchange(link: KafkaLink, message: string): Promise<string> {
  const body = new WireWriter().bytes(Buffer.from(message, 'utf8')).end()
  const { code, said } = await link.request(apis.saslAuthenticate, body, answer => {
    const error = answer.int16()
    answer.nullableString() // error_message
    return { code: error, said: answer.bytes().toString('utf8') }
  })
  if (code !== 0) throw new KafkaRefused(code, '')
  return said
}
