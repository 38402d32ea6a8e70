import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { HostPort } from '../../../catalog/settings.ts'
import { WireReader, WireWriter } from './wire.ts'

/** A kind of request, in one version. */
export interface KafkaApi {
  readonly key: number
  readonly version: number
}

const clientId = 'gatehouse'
/** Milliseconds. */
const connectTimeout = 10_000
/** Milliseconds for one answer; past that the connection is given up: what follows on it would come too late as well. */
const answerTimeout = 30_000
/** Bytes. What is asked for here takes some thousand. */
const largestAnswer = 4 * 1024 * 1024

interface Waiting {
  readonly correlation: number
  /** Throws for an answer that cannot be read. */
  take(answer: WireReader): void
  reject(error: Error): void
}

/**
 * One connection to a broker, with one request under way at most. Any fault ends it for good. An error here names the broker and never what was sent.
 * Source: "Kafka protocol guide", "Network" and "Request and Response Headers" (request header v1, response header v0).
 */
export class KafkaLink {
  readonly #address: HostPort
  readonly #socket: Socket
  readonly #isSecure: boolean
  readonly #connected: Promise<void>
  #waiting: Waiting | undefined
  #timer: NodeJS.Timeout | undefined
  #correlation = 0
  #received: Buffer = Buffer.alloc(0)
  #ended: Error | undefined

  constructor(address: HostPort, tls: { readonly ca?: string } | undefined) {
    this.#address = address
    this.#isSecure = tls !== undefined
    this.#socket = tls === undefined ? connectTcp({ ...address }) : connectTls({ ...address, ...nameOf(address), ...tls })
    this.#socket.setNoDelay(true)
    this.#socket.setKeepAlive(true, 60_000)
    this.#socket.on('error', error => this.#end(reasonOf(error)))
    this.#socket.on('close', () =>
      this.#end(`it closed the connection${this.#isSecure ? '' : ": does it ask for 'tls' or 'sasl'?"}`),
    )
    this.#socket.on('data', chunk => this.#receive(chunk))
    this.#connected = new Promise((resolve, reject) => {
      this.#socket.once(tls === undefined ? 'connect' : 'secureConnect', resolve)
      this.#socket.once('close', () => reject(this.#ended))
    })
    this.#connected.catch(() => {}) // for whoever waits for it, and nobody may
  }

  get isOpen(): boolean {
    return this.#ended === undefined
  }

  async connected(): Promise<void> {
    this.#limit(connectTimeout, 'it cannot be reached')
    await this.#connected
    clearTimeout(this.#timer)
  }

  request<T>({ key, version }: KafkaApi, body: Buffer, read: (answer: WireReader) => T): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const correlation = ++this.#correlation
    const message = new WireWriter().int16(key).int16(version).int32(correlation).string(clientId).raw(body).end()
    return new Promise((resolve, reject) => {
      this.#waiting = { correlation, take: answer => resolve(read(answer)), reject }
      this.#limit(answerTimeout, 'it does not answer')
      this.#socket.write(new WireWriter().bytes(message).end())
    })
  }

  /** At once; what waits is rejected. */
  close(): void {
    this.#end('given up')
  }

  #limit(milliseconds: number, message: string): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#end(`${message} within ${milliseconds / 1000} seconds`), milliseconds).unref()
  }

  #end(message: string): void {
    if (this.#ended !== undefined) return
    const { host, port } = this.#address
    this.#ended = new Error(`${host}:${port}: ${message}`)
    clearTimeout(this.#timer)
    this.#waiting?.reject(this.#ended)
    this.#waiting = undefined
    this.#socket.destroy()
  }

  /** Size, correlation id, answer; a piece of it at a time. */
  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    while (this.#ended === undefined && this.#received.length >= 4) {
      const size = this.#received.readInt32BE()
      if (size < 4 || size > largestAnswer) {
        this.#end(this.#isTlsAlert() ? 'it speaks TLS: write tls: true' : noBroker)
        return
      }
      if (this.#received.length < 4 + size) return
      const answer = this.#received.subarray(4, 4 + size)
      this.#received = this.#received.subarray(4 + size)
      this.#answered(answer.readInt32BE(), answer.subarray(4))
    }
  }

  #answered(correlation: number, answer: Buffer): void {
    const waiting = this.#waiting
    if (waiting?.correlation !== correlation) {
      this.#end(noBroker)
      return
    }
    clearTimeout(this.#timer)
    try {
      waiting.take(new WireReader(answer))
      this.#waiting = undefined
    } catch (error) {
      this.#end(reasonOf(error))
    }
  }

  /** What a listener of TLS answers to anything else: RFC 8446 §5.1, type 21 and version 3.x. */
  #isTlsAlert(): boolean {
    return !this.#isSecure && this.#received[0] === 21 && this.#received[1] === 3
  }
}

const noBroker = 'what answers there is no Kafka broker'

/** Many namespaces stand behind one address and tell them apart by this name; RFC 6066 §3 allows no IP address. */
function nameOf({ host }: HostPort): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {}
}

/** Node leaves the message empty where it tried several addresses of a name. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason was given'
  return error.message === '' && 'code' in error ? String(error.code) : error.message
}
