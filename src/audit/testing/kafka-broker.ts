import assert from 'node:assert/strict'
import type { KafkaSettings } from '../../catalog/settings.ts'
import { kafkaSink } from '../export/kafka/kafka-sink.ts'
import type { ExportedRecord } from '../export/read-trail.ts'
import {
  type DoorRequest,
  type KafkaDoor,
  type KafkaDoorOptions,
  keys,
  metadataAnswer,
  produceAnswer,
  startKafkaDoor,
} from './kafka-door.ts'
import { madeRecord } from './made-record.ts'

export const never = new AbortController().signal
export const password = 'ThisPasswordMustNotLeak'

export function records(count: number): ExportedRecord[] {
  return Array.from({ length: count }, (_, at) => ({ id: `w-1/${at}`, text: `{"n":${at}}`, record: madeRecord(at) }))
}

export const settingsOf = (port: number, more: Partial<KafkaSettings> = {}): KafkaSettings => ({
  brokers: [{ host: '127.0.0.1', port }],
  topic: 'audit',
  ...more,
})

export type Answer = (request: DoorRequest, door: KafkaDoor) => ReturnType<NonNullable<KafkaDoorOptions['answer']>>

/** In place of a broker: what `answer` leaves open is answered well. */
export async function withBroker(
  options: Omit<KafkaDoorOptions, 'answer'>,
  answer: Answer,
  use: (door: KafkaDoor) => Promise<void>,
) {
  const door: KafkaDoor = await startKafkaDoor({
    ...options,
    answer(request) {
      const own = answer(request, door)
      if (own !== undefined) return own
      if (request.key === keys.metadata) return metadataAnswer(door.port)
      return request.key === keys.produce ? produceAnswer() : undefined
    },
  })
  try {
    await use(door)
  } finally {
    await door.shut()
  }
}

/** What went wrong when one record was sent. */
export async function faultOf(options: Omit<KafkaDoorOptions, 'answer'>, answer: Answer, more: Partial<KafkaSettings> = {}) {
  let message = 'none'
  await withBroker(options, answer, async door => {
    const sink = kafkaSink(settingsOf(door.port, more), Date.now)
    message = await sink.send(records(1), never).then(
      () => 'none',
      error => String(error.message).replaceAll(/127\.0\.0\.1:\d+/g, 'BROKER'),
    )
    assert.ok(!message.includes(password))
    await sink.close?.()
  })
  return message
}

export const produceOf = (answer: () => Buffer | 'reset' | 'silence' | undefined) => (request: DoorRequest) =>
  request.key === keys.produce ? answer() : undefined
