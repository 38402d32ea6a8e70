import type { HostPort } from '../../../catalog/settings.ts'
import type { KafkaApi, KafkaLink } from './kafka-link.ts'
import { errorCodes, KafkaRefused } from './refusals.ts'
import { type WireReader, WireWriter } from './wire.ts'

/** What a broker speaks: by the key of an API, its oldest and newest version. */
export type ApiVersions = ReadonlyMap<number, { readonly min: number; readonly max: number }>

/**
 * The oldest versions that every broker since Kafka 1.0 has, Kafka 4 and Azure Event Hubs too: their form is the plain one, and a broker slows down
 * whoever sends too much by answering later, rather than ask the client to wait (which it does from Produce v6 on).
 */
export const apis = {
  produce: { key: 0, version: 3 },
  apiVersions: { key: 18, version: 0 },
  saslHandshake: { key: 17, version: 1 },
  saslAuthenticate: { key: 36, version: 0 },
} as const
/** v4 is the first that can be asked not to create topics; v1 is for those that have no other. */
const metadataVersions = [4, 1] as const
const metadataKey = 3

/** All copies that are in step have it. */
const acksOfAll = -1
/** Milliseconds in which they have to. */
const acksTimeout = 20_000

export const supports = (versions: ApiVersions, { key, version }: KafkaApi): boolean => {
  const range = versions.get(key)
  return range !== undefined && range.min <= version && version <= range.max
}

/** ApiVersions v0, which may be asked before a sign-in. */
export async function askVersions(link: KafkaLink): Promise<ApiVersions> {
  const { code, list } = await link.request(apis.apiVersions, Buffer.alloc(0), answer => ({
    code: answer.int16(),
    list: answer.array(from => [from.int16(), { min: from.int16(), max: from.int16() }] as const),
  }))
  refuse(code, '')
  return new Map(list)
}

/** The brokers that lead a topic's partitions, by the partition's number; undefined for one that has none now. */
export async function askLeaders(
  link: KafkaLink,
  versions: ApiVersions,
  topic: string,
): Promise<readonly (HostPort | undefined)[]> {
  const version = metadataVersions.find(one => supports(versions, { key: metadataKey, version: one }))
  if (version === undefined) throw new Error('it speaks no version of the protocol that is spoken here')
  const body = new WireWriter().int32(1).string(topic)
  if (version === 4) body.int8(0) // allow_auto_topic_creation
  const { brokers, found } = await link.request({ key: metadataKey, version }, body.end(), from => readMetadata(from, version))
  refuse(found.code, topic)
  if (found.leaders.size === 0) throw new KafkaRefused(errorCodes.noLeader, topic)
  const byId = new Map(brokers.map(({ id, address }) => [id, address]))
  return Array.from({ length: Math.max(...found.leaders.keys()) + 1 }, (_, at) => byId.get(found.leaders.get(at) ?? -1))
}

function readMetadata(from: WireReader, version: 1 | 4) {
  if (version === 4) from.int32() // throttle_time_ms
  const brokers = from.array(() => {
    const broker = { id: from.int32(), address: { host: from.string(), port: from.int32() } }
    from.nullableString() // rack
    return broker
  })
  if (version === 4) from.nullableString() // cluster_id
  from.int32() // controller_id
  const [found] = from.array(() => {
    const code = from.int16()
    from.string() // name: one was asked for
    from.boolean() // is_internal
    const leaders = from.array(() => {
      from.int16() // error_code: without a leader there is none below
      const partition = [from.int32(), from.int32()] as const
      from.array(() => from.int32()) // replica_nodes
      from.array(() => from.int32()) // isr_nodes
      return partition
    })
    return { code, leaders: new Map(leaders.filter(([at]) => at >= 0 && at < mostPartitions)) }
  })
  return { brokers, found: found ?? { code: unknownTopic, leaders: new Map<number, number>() } }
}

/** More than any cluster has: the number comes from outside, and a list is made of that length. */
const mostPartitions = 100_000
const unknownTopic = 3

/** Appends one batch to one partition: resolves when all copies have it. */
export async function produce(link: KafkaLink, topic: string, partition: number, batch: Buffer): Promise<void> {
  const body = new WireWriter()
    .string(null) // transactional_id
    .int16(acksOfAll)
    .int32(acksTimeout)
    .int32(1)
    .string(topic)
    .int32(1)
    .int32(partition)
    .bytes(batch)
  const [code = unknownTopic] = await link.request(apis.produce, body.end(), answer =>
    answer
      .array(() => {
        answer.string() // name
        return answer.array(() => {
          answer.int32() // index
          const error = answer.int16()
          answer.int64() // base_offset
          answer.int64() // log_append_time_ms
          return error
        })
      })
      .flat(),
  )
  refuse(code, topic)
}

function refuse(code: number, topic: string): void {
  if (code !== 0) throw new KafkaRefused(code, topic)
}
