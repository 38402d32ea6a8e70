import type { KeyObject } from 'node:crypto'
import { type ChainHead, type ChainTail, headText, readTail } from './chain-head.ts'
import { checkpointIn, contentOf, isGood } from './line-content.ts'
import { type Segment, segmentsIn } from './segments.ts'
import { SignedClaims, signedClaims } from './signed-claims.ts'
import { beganAt, partsOf } from './writer-name.ts'

export interface FoundHeads {
  readonly found: readonly string[]
  /** The same, of chains that their writers closed. */
  readonly ended: readonly string[]
  /** `WRITER: WHY`, of chains that could not be read, or not to their end. */
  readonly unread: readonly string[]
}

/**
 * The ends of chains that a gateway names in its own, signed, so that none can be shortened or removed without its being noticed. What it need not name again it
 * knows from chains that are signed with its own key, and from nothing that somebody else could have written: neither the time of a file nor its name.
 */
export class HeadNaming {
  readonly #folder: string
  readonly #own: string
  readonly #publicKey: KeyObject
  readonly #named = new SignedClaims()
  #hasRead = false
  /** Compressed segments that this process read to their end. */
  readonly #packed = new Set<string>()
  /** Of writers: what was said already. */
  readonly #unread = new Map<string, string>()

  /** `own`: the writer that names them. */
  constructor(folder: string, own: string, publicKey: KeyObject) {
    this.#folder = folder
    this.#own = own
    this.#publicKey = publicKey
  }

  /** Which of these are not named yet. The caller writes them, so from here on they are. */
  unnamed(heads: readonly ChainHead[], hasEnded = false): readonly string[] {
    const fresh = heads.filter(head => this.#named.isNew({ head, hasEnded }))
    for (const head of fresh) this.#named.name({ head, hasEnded, since: Date.now() })
    return fresh.map(headText)
  }

  /**
   * What the folder holds and is not named or said yet, some at a time: the newest chains first, as they are the likeliest to be named by nobody. One look at a time.
   */
  async *look(): AsyncGenerator<FoundHeads> {
    if (!this.#hasRead) this.#named.add(await signedClaims(this.#folder, this.#publicKey, isEarlier))
    this.#hasRead = true
    let gathered = new Gathered()
    for (const [writer, segments] of [...Map.groupBy(segmentsIn(this.#folder), ({ writer }) => writer)].reverse()) {
      if (writer === this.#own || this.#isKnown(segments)) continue
      const { tail, damage } = await readTail(segments)
      if (damage !== undefined) gathered.unread.push(...this.#unsaid(writer, damage.message))
      else if (tail?.segment.compressed) this.#packed.add(tail.segment.path)
      if (tail !== undefined) this.#gather(tail, gathered)
      if (!gathered.isEnough) continue
      yield gathered
      gathered = new Gathered()
    }
    if (!gathered.isEmpty) yield gathered
  }

  /** Nothing is ever added to a chain that ended, nor to a compressed segment. */
  #isKnown(segments: readonly Segment[]): boolean {
    const last = segments.at(-1)
    return last !== undefined && (this.#packed.has(last.path) || this.#named.named.get(last.writer)?.hasEnded === true)
  }

  #gather(tail: ChainTail, { found, ended }: Gathered): void {
    const { writer } = tail.segment
    // the chains of this process are for the next start to name as ended
    const hasEnded = partsOf(writer)?.run !== partsOf(this.#own)?.run && this.#hasEnded(tail)
    const heads = [{ writer, seq: tail.line.seq, hash: tail.line.hash }]
    ;(hasEnded ? ended : found).push(...this.unnamed(heads, hasEnded))
  }

  #hasEnded({ segment, line }: ChainTail): boolean {
    const checkpoint = checkpointIn(line, contentOf(line) ?? {})
    return checkpoint?.content.checkpoint.ends === 'writer' && isGood(segment, checkpoint, this.#publicKey)
  }

  #unsaid(writer: string, damage: string): readonly string[] {
    if (this.#unread.get(writer) === damage) return []
    this.#unread.set(writer, damage)
    return [`${writer}: ${damage}`]
  }
}

/** Written by and by: a gateway that is killed while it looks has named what it came to. And a line that were longer than all others could not be read. */
class Gathered implements FoundHeads {
  readonly found: string[] = []
  readonly ended: string[] = []
  readonly unread: string[] = []
  readonly #began = Date.now()

  get isEmpty(): boolean {
    return this.#count === 0
  }

  get isEnough(): boolean {
    return this.#count >= 500 || (this.#count > 0 && Date.now() - this.#began > 1000)
  }

  get #count(): number {
    return this.found.length + this.ended.length + this.unread.length
  }
}

/** A chain that began after the one that names it is named again by a later one: otherwise who removes both leaves a trace of one of them alone. */
function isEarlier(main: string, writer: string): boolean {
  return (beganAt(writer) ?? 0) < (beganAt(main) ?? 0)
}
