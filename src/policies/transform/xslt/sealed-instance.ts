import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** The part of WebAssembly's JavaScript interface that is used here; neither Node's types nor ECMAScript's have it. */
declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): WasmModule
    imports(module: WasmModule): readonly { readonly module: string; readonly name: string; readonly kind: string }[]
  }
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => WasmMemory
}
type WasmModule = { readonly wasmModule: true }
interface WasmMemory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): number
}

const pageBytes = 65_536
/** What the library is built for begins with 16 MiB; what a transformation may take ends at 256 MiB. */
const memoryPages = { initial: 256, maximum: 4096 }
/** The library's own stack of 64 KiB ends at a recursion of about 300 templates; libxslt itself allows 3000. */
const stackBytes = 4 * 1024 * 1024
/** Of what libxslt says about a stylesheet or a run; a stylesheet can say as much as it likes. */
const mostSaid = 20_000

/** As <errno.h> of the C library that it is compiled with has them. */
const errno = { noEntry: -44, denied: -2, badHandle: 8 }

let compiled: WasmModule | undefined

/** The library's own code: read as an `import` would read it, once a thread. */
function libraryCode(): WasmModule {
  compiled ??= new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('libxslt-wasm/output/libxslt.wasm')))
  return compiled
}

/**
 * libxslt and libxml2 with nothing around them: no file, no network, no environment, no process. What a stylesheet or a document asks of those,
 * fails as if it was not there, because the functions for it are not handed in. Memory is bounded.
 */
export class SealedInstance {
  readonly #memory = new WebAssembly.Memory({ ...memoryPages, shared: true })
  readonly #exports: Readonly<Record<string, unknown>>
  #said = ''

  constructor() {
    const module = libraryCode()
    const imports = new Map<string, Record<string, unknown>>([['env', { memory: this.#memory }]])
    const own = this.#functions()
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (kind !== 'function') continue
      const group = imports.get(from) ?? {}
      imports.set(from, group)
      // the rest registers C++ types and threads, of which none are used
      group[name] = own.get(name) ?? (() => 0)
    }
    this.#exports = new WebAssembly.Instance(module, Object.fromEntries(imports)).exports
    this.call('__wasm_call_ctors')
    const base = this.call('malloc', stackBytes)
    this.call('emscripten_stack_set_limits', base + stackBytes, base)
    this.call('_emscripten_stack_restore', base + stackBytes)
  }

  call(name: string, ...values: readonly number[]): number {
    const found = this.#exports[name]
    if (typeof found !== 'function') throw new Error(`the XSLT library has no ${name}`)
    return Number(found(...values) ?? 0)
  }

  /** What libxml2 and libxslt printed since the last time. */
  takeSaid(): string {
    const said = this.#said
    this.#said = ''
    return said
  }

  get bytesUsed(): number {
    return this.#memory.buffer.byteLength
  }

  /** The text as a C string; `free` what it gives. */
  text(text: string): number {
    return this.bytes(Buffer.from(`${text}\0`, 'utf8'))
  }

  bytes(bytes: Uint8Array): number {
    const at = this.call('malloc', bytes.length)
    if (at === 0) throw new RangeError('no memory is left')
    new Uint8Array(this.#memory.buffer).set(bytes, at)
    return at
  }

  /** An array of C strings that ends with a null pointer; frees all of it with what it gives back. */
  texts(texts: readonly string[]): { readonly at: number; free(): void } {
    const pointers = texts.map(one => this.text(one))
    const at = this.bytes(new Uint8Array(4 * (pointers.length + 1)))
    const view = new DataView(this.#memory.buffer)
    for (const [i, pointer] of pointers.entries()) view.setUint32(at + 4 * i, pointer, true)
    return { at, free: () => [...pointers, at].forEach(one => void this.call('free', one)) }
  }

  read(at: number, length: number): string {
    // a decoder takes no shared memory: a copy is needed
    return Buffer.from(new Uint8Array(this.#memory.buffer).slice(at, at + length)).toString('utf8')
  }

  #functions(): ReadonlyMap<string, (...values: number[]) => number> {
    const end = (): never => {
      throw new RangeError('the XSLT library gave up')
    }
    return new Map<string, (...values: number[]) => number>([
      ['_emscripten_init_main_thread_js', thread => this.#begin(thread ?? 0)],
      ['emscripten_resize_heap', size => this.#grow(size ?? 0)],
      ['emscripten_get_now', () => performance.now()],
      ['emscripten_date_now', () => Date.now()],
      ['fd_write', (_handle, vectors, count, written) => this.#hear(vectors ?? 0, count ?? 0, written ?? 0)],
      ['fd_read', () => errno.badHandle],
      ['fd_seek', () => errno.badHandle],
      ['environ_sizes_get', (count, size) => this.#zero(count ?? 0, size ?? 0)],
      ['__syscall_openat', () => errno.noEntry],
      ['__syscall_stat64', () => errno.noEntry],
      ['__syscall_mkdirat', () => errno.denied],
      ['__syscall_fcntl64', () => errno.denied],
      ['__syscall_ioctl', () => errno.denied],
      ['__syscall_dup', () => errno.denied],
      ['_abort_js', end],
      ['exit', end],
    ])
  }

  #begin(thread: number): number {
    this.call('_emscripten_thread_init', thread, 1, 1, 1, pageBytes, 0)
    return this.call('_emscripten_tls_init')
  }

  #grow(size: number): number {
    try {
      this.#memory.grow(Math.ceil(((size >>> 0) - this.#memory.buffer.byteLength) / pageBytes))
      return 1
    } catch {
      return 0 // the bound is reached: malloc fails, and the library says so
    }
  }

  #hear(vectors: number, count: number, written: number): number {
    const view = new DataView(this.#memory.buffer)
    let length = 0
    for (let i = 0; i < count; i++) {
      const [at, size] = [view.getUint32(vectors + 8 * i, true), view.getUint32(vectors + 8 * i + 4, true)]
      if (this.#said.length < mostSaid) this.#said += this.read(at, size)
      length += size
    }
    view.setUint32(written, length, true)
    return 0
  }

  #zero(...places: readonly number[]): number {
    const view = new DataView(this.#memory.buffer)
    for (const place of places) view.setUint32(place, 0, true)
    return 0
  }
}
