import type { HostPort, KafkaSasl, KafkaSettings } from '../catalog/settings.ts'
import { readSecret, type SettingsReader } from './certificates/secret-source.ts'
import { readServerAuthorities } from './certificates/server-authorities.ts'
import { isLoopback, parseHostPort } from './host-port.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Fields } from './text/fields.ts'
import { kindOf, memberOf } from './text/text-node.ts'

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

/** `audit.export.kafka`: undefined when there is none, or after a fault in what leads there was told. */
export async function readKafka(fields: Fields | undefined, reader: SettingsReader): Promise<KafkaSettings | undefined> {
  if (fields === undefined) return undefined
  fields.refuseOthers(gatehouseKeys.kafka)
  const brokers = readBrokers(fields, reader)
  const topic = readTopic(fields, reader)
  const tls = await readTls(fields, reader)
  const sasl = await readSasl(fields.fields('sasl'), reader)
  if (sasl?.mechanism === 'plain' && tls === undefined && !brokers.every(({ host }) => isLoopback(host))) {
    const mend = 'write tls: true; without it, plain is for brokers on this machine'
    reader.report.error(fields.at('sasl'), 'value.missing', "'plain' sends the password as it is, and there is no 'tls'", mend)
    return undefined
  }
  if (brokers.length === 0 || topic === undefined) return undefined
  return { brokers, topic, ...(tls === undefined ? {} : { tls }), ...(sasl === undefined ? {} : { sasl }) }
}

function readBrokers(fields: Fields, { report }: SettingsReader): readonly HostPort[] {
  const mend = 'write brokers: [ "host:9092" ]'
  const written = fields.texts('brokers')
  if (memberOf(fields.node, 'brokers') === undefined) report.error(fields.node.at, 'value.missing', "'brokers' is missing", mend)
  else if (memberOf(fields.node, 'brokers')?.kind === 'list' && written.length === 0)
    report.error(fields.at('brokers'), 'value.missing', "'brokers' names none", mend)
  return written.flatMap(({ text, at }) => {
    const broker = text.includes(':') ? parseHostPort(text) : undefined
    if (broker !== undefined && broker.port > 0) return [broker]
    report.error(at, 'value.format', `'${text}' is no broker`, 'write host:port')
    return []
  })
}

/** "Topic names": what Kafka itself takes. */
function readTopic(fields: Fields, { report }: SettingsReader): string | undefined {
  const topic = fields.requiredText('topic')
  if (topic === undefined || (/^[\w.-]{1,249}$/.test(topic) && !/^\.\.?$/.test(topic))) return topic
  const mend = 'write letters, digits, `.`, `-` and `_`, 249 at most'
  report.error(fields.at('topic'), 'value.format', `'${topic}' is no topic's name`, mend)
  return undefined
}

/** `true`, or an object. A `tls:` with nothing behind it is a fault: whoever wrote it did not mean "in clear". */
async function readTls(fields: Fields, reader: SettingsReader): Promise<KafkaSettings['tls']> {
  const written = memberOf(fields.node, 'tls')
  if (written === undefined || (written.kind === 'scalar' && written.value === false)) return undefined
  if (written.kind === 'scalar' && written.value === true) return {}
  if (written.kind !== 'object') {
    reader.report.error(written.at, 'value.type', `'tls' should be true or an object, and is ${kindOf(written)}`)
    return undefined
  }
  const tls = fields.fields('tls')
  tls?.refuseOthers(gatehouseKeys.kafkaTls)
  const ca = tls === undefined ? undefined : await readServerAuthorities(tls, reader)
  return ca === undefined ? {} : { ca }
}

async function readSasl(fields: Fields | undefined, reader: SettingsReader): Promise<KafkaSasl | undefined> {
  if (fields === undefined) return undefined
  fields.refuseOthers(gatehouseKeys.kafkaSasl)
  const mechanism = fields.choice('mechanism', mechanisms)
  const username = fields.requiredText('username')
  const password = await readSecret(fields, 'password', reader)
  for (const key of ['mechanism', 'password'] as const)
    if (memberOf(fields.node, key) === undefined)
      reader.report.error(fields.node.at, 'value.missing', `'${key}' is missing`, mends[key])
  if (mechanism === undefined || username === undefined || password === undefined) return undefined
  return { mechanism, username, password }
}

const mends = {
  mechanism: `say ${mechanisms.slice(0, -1).join(', ')} or ${mechanisms.at(-1)}`,
  password: 'say password: { environment: NAME } or { file: path }',
} as const
