/** A call as its bytes are put together: no client's library had a say in it. */
export interface OddCall {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** What the gateway under test allows. */
export interface Limits {
  readonly headerBytes: number
  readonly bodyBytes: number
  readonly bufferedBytes: number
}

type Field = readonly [name: string, value: string]

const plain = ['GET', 'GET', 'GET', 'POST', 'POST', 'HEAD']
const rare = ['OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'SOURCE', 'QUERY', 'DESCRIBE', 'FOO', 'G@T']
const paths = [
  '/odd/plain/1',
  '/odd/reading',
  '/odd/closed',
  '/odd/watched',
  '/odd/tunnelled',
  '/odd/echoed',
  '/odd/none',
  '/none',
]
const status = '/status-0123456789abcdef'
const trace = `/traces-0123456789abcdef/${'0'.repeat(48)}`
const targets = [
  ...[status, trace].flatMap(own => [own, `${own}?a`, `${own}/`, own.toUpperCase(), `/${own}`]),
  ...[
    '..',
    '.',
    '%2e%2E',
    '%2F',
    '%5c',
    '\\',
    '%',
    '%zz',
    '%00',
    '%0a',
    '%C3%A9',
    '%ff',
    ';a=b',
    ';rev=1',
    '',
    '"<>|^`{}',
    "a'b",
  ].map(odd => `/odd/plain/${odd}`),
  ...[
    '/odd//plain/1',
    '//odd/plain/1',
    '/ODD/Plain/1/',
    '/odd/plain/1?',
    '/odd/plain/1?a=b?c&&=%zz',
    '/odd/plain/é',
    '/odd/plain/a b',
    '*',
  ],
  ...['a', '%0a', '%E2%82%AC', '%C3%A9', '%7F', '%09'].flatMap(value => [`/odd/echoed?say=${value}`, `/odd/told?say=${value}`]),
]
const lengths = ['0', '3', '003', '+3', '-1', '3, 3', '0x3', '', ' 3 ', '3;', '18446744073709551615', '18446744073709551616']
const codings = ['chunked', 'CHUNKED', 'gzip', 'identity', 'gzip, chunked', 'chunked, gzip', 'chunked, chunked', '', 'xchunked']
const hosts = ['', 'a:1', '[::1]:80', 'a"b', 'a/b', 'a b', 'user@a', 'é']
const expectations = ['100-continue', '100-Continue', '100-continue, more', 'more', '']
const upgrades = ['websocket', 'WebSocket', 'h2c', 'websocket, h2c', '']
const names = [
  'X-A',
  'x-a',
  'X_A',
  "!#$%&'*+.^`|~",
  'X A',
  'X-A ',
  'X(A',
  'é',
  '',
  'Apim-Debug-Authorization',
  'Ocp-Apim-Trace',
  'Connection',
]
const values = ['', 'a', ' a ', '\ta\t', 'a\tb', 'a\u0001b', 'a\u007fb', 'a\0b', 'é', '€', '"', ',,', 'close', 'true']

/** Random calls of the kinds that are turned away, answered or read otherwise before any policy is asked, and ordinary ones among them. */
export class OddCallMaker {
  readonly #random: () => number
  readonly #limits: Limits

  constructor(random: () => number, limits: Limits) {
    this.#random = random
    this.#limits = limits
  }

  call(): OddCall {
    const method = this.#pick(this.#random() < 0.8 ? plain : rare)
    const target = this.#pick(this.#random() < 0.6 ? paths : targets)
    const headers: Field[] = [['Host', this.#random() < 0.9 ? 'gateway.example' : this.#pick(hosts)]]
    const odd = Math.floor(this.#random() * 3)
    for (let i = 0; i < odd; i++) headers.push(...this.#fields(method))
    // a handshake ends by itself; any other connection is not kept
    if (!isHandshake(method, headers)) headers.push(['Connection', 'close'])
    const body = this.#body(headers)
    // else `explain --data` says what curl would say of it
    if (body !== '') headers.push(['Content-Type', 'text/plain'])
    if (this.#random() < 0.15) headers.push(this.#filling(target, headers))
    return { method, target, headers, body }
  }

  #fields(method: string): readonly Field[] {
    const kinds: readonly (() => readonly Field[])[] = [
      () => [[this.#pick(names), this.#pick(values)]],
      () => [['Content-Length', this.#pick(lengths)]],
      () => [['Content-Length', this.#length()]],
      () => [['Transfer-Encoding', this.#pick(codings)]],
      () => [['Host', this.#pick(hosts)]],
      () => [['Expect', this.#pick(expectations)]],
      () => handshake,
      () => [['Upgrade', this.#pick(upgrades)], ...(method === 'GET' ? [] : handshake)],
      () => Array.from({ length: 990 + Math.floor(this.#random() * 12) }, (): Field => ['a', '']),
    ]
    return this.#pick(kinds)()
  }

  /** A body's length about where it is too much. */
  #length(): string {
    const { bodyBytes, bufferedBytes } = this.#limits
    return String(this.#pick([bodyBytes, bufferedBytes]) + this.#pick([-1, 0, 1]))
  }

  /** What makes the head as large as it may be, give or take some bytes. */
  #filling(target: string, headers: readonly Field[]): Field {
    const counted = [target, ...headers.flat(), 'X-Filling'].map(text => Buffer.byteLength(text)).reduce((a, b) => a + b)
    const missing = this.#limits.headerBytes - counted + Math.floor(this.#random() * 7) - 4
    return ['X-Filling', 'x'.repeat(Math.max(0, missing))]
  }

  /** As long as it says; nothing of one that is refused for what it says. */
  #body(headers: readonly Field[]): string {
    const value = (name: string) => headers.find(field => field[0] === name)?.[1]
    if (value('Transfer-Encoding') !== undefined)
      return this.#pick(['0\r\n\r\n', '3\r\nabc\r\n0\r\n\r\n', '3\r\nxyz\r\n0\r\n\r\n'])
    const length = Number(value('Content-Length') ?? 0)
    return length > 0 && length <= this.#limits.bodyBytes ? this.#pick(['abc', 'xyz']).repeat(length).slice(0, length) : ''
  }

  #pick<T>(from: readonly T[]): T {
    // the index is below the length
    return from[Math.floor(this.#random() * from.length)] as T
  }
}

const handshake: readonly Field[] = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
]

function isHandshake(method: string, headers: readonly Field[]): boolean {
  const upgrades = headers.flatMap(([name, value]) => (name === 'Upgrade' ? [value] : []))
  return method === 'GET' && upgrades.join() === 'websocket' && headers.some(([, value]) => value === 'Upgrade')
}

/** As it goes out: texts in UTF-8. */
export function bytesOf({ method, target, headers, body }: OddCall): string {
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`).toString('latin1')
}
