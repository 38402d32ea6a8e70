import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never, produceOf, records, settingsOf, withBroker } from '../../testing/kafka-broker.ts'
import {
  type DoorRequest,
  type KafkaDoor,
  keys,
  metadataAnswer,
  produceAnswer,
  startKafkaDoor,
} from '../../testing/kafka-door.ts'
import { kafkaSink } from './kafka-sink.ts'
import { WireWriter } from './wire.ts'

test('what is too large together is sent in halves, in order, and what is too large alone is counted', async () => {
  const taken: number[][] = []
  const large = 3
  const answer = (request: DoorRequest) => {
    if (request.key !== keys.produce) return undefined
    const numbers = [...request.body.toString('latin1').matchAll(/\{"n":(\d+)\}/g)].map(([, number]) => Number(number))
    if (numbers.length > 2 || numbers.includes(large)) return produceAnswer(numbers.length > 3 ? 18 : 10)
    taken.push(numbers)
    return produceAnswer()
  }
  await withBroker({}, answer, async door => {
    const sink = kafkaSink(settingsOf(door.port), Date.now)
    assert.equal(await sink.send(records(7), never), 1)
    assert.deepEqual(taken, [[0, 1], [2], [4, 5], [6]])
    await sink.close?.()
  })
})

test('a record that would have the connection closed on it is counted without being sent', async () => {
  await withBroker(
    {},
    () => undefined,
    async door => {
      const sink = kafkaSink(settingsOf(door.port), Date.now)
      const [first, second, third] = records(3)
      assert.ok(first !== undefined && second !== undefined && third !== undefined)
      assert.equal(await sink.send([first, { ...second, text: 'x'.repeat(1_000_000) }, third], never), 1)
      const produced = door.requests.filter(({ key }) => key === keys.produce)
      assert.deepEqual(
        produced.map(({ body }) => [...body.toString('latin1').matchAll(/w-1\/(\d)/g)].map(([, number]) => number)),
        [['0'], ['2']],
      )
      await sink.close?.()
    },
  )
})

test('a batch asks for all copies, and a connection serves many', async () => {
  await withBroker(
    {},
    () => undefined,
    async door => {
      const sink = kafkaSink(settingsOf(door.port), Date.now)
      for (let i = 0; i < 3; i++) await sink.send(records(2), never)
      await sink.close?.()
      const produced = door.requests.filter(({ key }) => key === keys.produce)
      assert.deepEqual(
        produced.map(({ body }) => body.readInt16BE(2)),
        [-1, -1, -1],
      )
      assert.equal(door.requests.filter(({ key }) => key === keys.metadata).length, 1)
      // the broker is known by two names here: that of the settings and its own
      assert.equal(door.requests.filter(({ key }) => key === keys.apiVersions).length, 2)
    },
  )
})

test('a connection that was closed meanwhile, or a partition that has moved, is no outage', async () => {
  for (const first of ['reset', produceAnswer(6)] as const) {
    const answers = [undefined, first]
    await withBroker(
      {},
      produceOf(() => answers.shift()),
      async door => {
        const sink = kafkaSink(settingsOf(door.port), Date.now)
        await sink.send(records(1), never)
        assert.equal(await sink.send(records(1), never), 0)
        assert.equal(door.requests.filter(({ key }) => key === keys.produce).length, 3)
        await sink.close?.()
      },
    )
  }
})

test('connections are not used once they were idle for longer than Azure keeps them', async () => {
  let now = 1_700_000_000_000
  await withBroker(
    {},
    () => undefined,
    async door => {
      const sink = kafkaSink(settingsOf(door.port), () => now)
      await sink.send(records(1), never)
      now += 200_000
      await sink.send(records(1), never)
      assert.equal(door.requests.filter(({ key }) => key === keys.apiVersions).length, 4)
      await sink.close?.()
    },
  )
})

/** Metadata of version 4: as version 1, with `throttle_time_ms` before the brokers and `cluster_id` behind them. */
function metadataOf4(port: number): Buffer {
  const older = metadataAnswer(port)
  const brokers = 4 + 4 + 2 + 'localhost'.length + 4 + 2
  return new WireWriter().int32(0).raw(older.subarray(0, brokers)).string('cluster').raw(older.subarray(brokers)).end()
}

test('a broker that can be asked not to create a topic is', async () => {
  const answer = (request: DoorRequest, door: KafkaDoor) => {
    if (request.key === keys.metadata) return metadataOf4(door.port)
    const versions = new WireWriter()
      .int16(0)
      .int32(2)
      .int16(keys.produce)
      .int16(3)
      .int16(13)
      .int16(keys.metadata)
      .int16(0)
      .int16(13)
    return request.key === keys.apiVersions ? versions.end() : undefined
  }
  await withBroker({}, answer, async door => {
    const sink = kafkaSink(settingsOf(door.port), Date.now)
    assert.equal(await sink.send(records(1), never), 0)
    const asked = door.requests.find(({ key }) => key === keys.metadata)
    assert.equal(asked?.version, 4)
    assert.deepEqual(asked?.body, new WireWriter().int32(1).string('audit').int8(0).end())
    await sink.close?.()
  })
})

test('the next broker is asked where the first is away', async () => {
  await withBroker(
    {},
    () => undefined,
    async door => {
      const closed = await startKafkaDoor({})
      await closed.shut()
      const brokers = [closed.port, door.port].map(port => ({ host: '127.0.0.1', port }))
      const sink = kafkaSink(settingsOf(door.port, { brokers }), Date.now)
      assert.equal(await sink.send(records(1), never), 0)
      assert.equal(sink.place, `audit at 127.0.0.1:${closed.port}`)
      await sink.close?.()
    },
  )
})

test('giving up ends a wait at once, wherever it is, and no other broker is tried', async () => {
  for (const key of [keys.apiVersions, keys.metadata, keys.produce]) {
    await withBroker(
      {},
      request => (request.key === key ? 'silence' : undefined),
      async door => {
        const stop = new AbortController()
        const brokers = [door.port, door.port].map(port => ({ host: '127.0.0.1', port }))
        const sink = kafkaSink(settingsOf(door.port, { brokers }), Date.now)
        const sent = sink.send(records(1), stop.signal)
        await door.asked(key)
        const before = door.requests.length
        stop.abort()
        await assert.rejects(sent)
        assert.equal(door.requests.length, before)
        await assert.rejects(sink.send(records(1), stop.signal), /aborted/)
      },
    )
  }
})
