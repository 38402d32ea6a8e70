import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** For `test(name, { skip }, …)`: why a test of Kafka cannot run here, or false. */
export const noKcat: string | false =
  spawnSync('kcat', ['-V']).status === 0 ? false : 'kcat is not installed (Debian package kcat)'

export interface KafkaMock {
  /** One for each broker. */
  readonly ports: readonly number[]
  /** Ends it at once, as a crash would, with all that it holds. */
  kill(): Promise<void>
}

export interface ReadMessage {
  readonly partition: number
  readonly key: string
  readonly payload: string
  /** Names and values in turns. */
  readonly headers: readonly string[]
}

/** Characters within which it has said where it listens. */
const mostSaid = 100_000

/**
 * librdkafka's own mock cluster: brokers that speak the protocol on ports of loopback and keep what they get in memory. Topics come to be when they
 * are asked for, with four partitions. kcat runs it beside its own client, which reads an empty topic here.
 */
export async function startKafkaMock(brokers = 1): Promise<KafkaMock> {
  const args = ['-C', '-E', '-q', '-b', 'mock', '-t', 'nothing', '-d', 'mock', '-X', `test.mock.num.brokers=${brokers}`]
  const child = spawn('kcat', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const closed = once(child, 'close')
  const ports = await new Promise<number[]>((resolve, reject) => {
    let said = ''
    child.once('close', () => reject(new Error(`kcat started no mock cluster:\n${said}`)))
    // it is read on for ever: what nobody reads would fill the pipe, and stop the brokers
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length > mostSaid) return
      said += text
      const [, addresses] = / replaced with ([\d.:,]+)\n/.exec(said) ?? []
      if (addresses !== undefined) resolve(addresses.split(',').map(address => Number(address.split(':')[1])))
    })
  })
  return {
    ports,
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

/** All that a topic holds, by kcat, which checks each batch's checksum. Within a partition in its order. */
export async function readTopic(
  broker: string,
  topic: string,
  properties: Readonly<Record<string, string>> = {},
): Promise<ReadMessage[]> {
  const more = Object.entries({ 'check.crcs': 'true', ...properties }).flatMap(([name, value]) => ['-X', `${name}=${value}`])
  const args = ['-C', '-b', broker, '-t', topic, '-o', 'beginning', '-e', '-q', '-J', ...more]
  const child = spawn('kcat', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`kcat ended with ${status}:\n${Buffer.concat(err).toString('utf8')}`)
  const lines = Buffer.concat(out).toString('utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as ReadMessage) // kcat's documented form
}
