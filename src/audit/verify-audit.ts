import type { KeyObject } from 'node:crypto'
import { counted } from '../catalog/counted.ts'
import { type ChainHead, headText } from './chain-head.ts'
import { type Segment, segmentName, segmentsIn } from './segments.ts'
import { type ClaimedHead, type Retired, readClaims, type Said, type TrailClaims } from './trail-claims.ts'
import { Chain, numbers } from './verify-chain.ts'
import { isMain, mainOf, partsOf } from './writer-name.ts'

export interface AuditFault {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly message: string
}

export interface AuditVerdict {
  readonly segments: number
  readonly records: number
  readonly faults: readonly AuditFault[]
  /** What is no fault and yet to be known: a writer that was killed, records that no checkpoint covers, segments whose time had come. */
  readonly notes: readonly string[]
  /** Records behind the last checkpoint of their writer: chained, but not signed. */
  readonly unsigned: number
  /** Whether any checkpoint is signed. */
  readonly hasSignatures: boolean
  /** Ends of chains that no other chain names: kept elsewhere, they tell later whether the trail still goes as far. */
  readonly heads: readonly string[]
}

export interface VerifyOptions {
  /** Ends that an auditor noted: the trail must still go as far. */
  readonly expected?: readonly ChainHead[]
  /** Whether a process of that number runs here. */
  readonly isRunning?: (pid: number) => boolean
}

/**
 * Follows the chain of every writer through its segments, and holds their checkpoints against the key and their ends against what other chains say of them: a record
 * that was changed, removed, inserted or moved breaks it there. Segments that the trail itself says it began must be there, unless it says too that it removed them.
 * Without a key signatures are not judged.
 */
export async function verifyAudit(folder: string, publicKey?: KeyObject, options: VerifyOptions = {}): Promise<AuditVerdict> {
  const expected = (options.expected ?? []).map(head => ({ ...head, file: folder, line: 1 }))
  const trail = new Trail(await readClaims(segmentsIn(folder), expected), publicKey, options)
  // looked for anew: what a gateway that runs has said by now is there by now
  for (const [writer, own] of Map.groupBy(segmentsIn(folder), ({ writer }) => writer)) await trail.follow(writer, own)
  return trail.verdict()
}

/** Segments that are missing before one. */
interface Gap {
  readonly first: Segment
  /** The number that should come. */
  readonly expected: number
}

interface Followed {
  readonly chain: Chain
  readonly segments: readonly Segment[]
}

class Trail {
  readonly #claims: TrailClaims
  readonly #publicKey: KeyObject | undefined
  readonly #options: VerifyOptions
  readonly #faults: AuditFault[] = []
  readonly #notes: string[] = []
  readonly #chains = new Map<string, Followed>()
  readonly #there = new Set<string>()
  /** Chains that begin in the middle, to be looked at when all is read. */
  readonly #gaps: Gap[] = []

  constructor(claims: TrailClaims, publicKey: KeyObject | undefined, options: VerifyOptions) {
    this.#claims = claims
    this.#publicKey = publicKey
    this.#options = options
  }

  async follow(writer: string, segments: readonly Segment[]): Promise<void> {
    const claims = this.#claims.heads.get(writer) ?? []
    const fault = (file: string, line: number, message: string) => this.#faults.push({ file, line, message })
    const chain = new Chain({ writer, publicKey: this.#publicKey, claims, fault })
    let expected = 1
    for (const segment of segments) {
      const isBehindGap = segment.number !== expected
      if (isBehindGap) this.#gaps.push({ first: segment, expected })
      expected = segment.number + 1
      await chain.read(segment, isBehindGap)
      this.#there.add(segment.name)
    }
    this.#chains.set(writer, { chain, segments })
  }

  verdict(): AuditVerdict {
    for (const gap of this.#gaps) this.#judgeGap(gap)
    this.#judgeBegun()
    for (const [writer, claims] of this.#claims.heads) for (const claim of claims) this.#judgeHead(writer, claim)
    for (const [writer, said] of this.#claims.unread) this.#judgeUnread(writer, said)
    for (const [writer, followed] of this.#chains) this.#judgeMain(writer, followed)
    for (const followed of this.#chains.values()) this.#describeEnd(followed)
    const gone = [...this.#claims.retired.keys()].filter(name => !this.#there.has(name)).length
    if (gone > 0) this.#notes.push(`segments removed when their time had come, as the trail says: ${gone}`)
    const chains = [...this.#chains.values()].map(({ chain }) => chain)
    return {
      segments: this.#there.size,
      records: chains.reduce((sum, { records }) => sum + records, 0),
      faults: this.#faults,
      notes: this.#notes,
      unsigned: chains.reduce((sum, { unsigned }) => sum + unsigned, 0),
      hasSignatures: chains.some(({ hasSignatures }) => hasSignatures),
      heads: chains.flatMap(({ head }) => (head === undefined || this.#isNamed(head) ? [] : headText(head))),
    }
  }

  #fault({ file, line }: Pick<AuditFault, 'file' | 'line'>, message: string): void {
    this.#faults.push({ file, line, message })
  }

  /** Segments that are missing before this one: removed by the gateway itself, or by somebody. */
  #judgeGap({ first, expected }: Gap): void {
    const place = { file: first.path, line: 1 }
    const nameOf = (number: number) => segmentName(first.writer, number)
    if (first.number < expected) this.#fault(place, 'there is another segment of this number: this one was put in')
    // a name may be of any number, so only what is explained is gone through
    let [from, to] = [expected, first.number - 1]
    while (from <= to && this.#retired(nameOf(from)) !== undefined) from++
    while (from < to && this.#retired(nameOf(to)) !== undefined) to--
    if (from === to) this.#fault(place, `the segment ${nameOf(from)} before this one is missing`)
    if (from < to) this.#fault(place, `the segments ${nameOf(from)} to ${nameOf(to)} before this one are missing`)
    const before = this.#retired(nameOf(first.number - 1))
    const got = this.#chains.get(first.writer)?.chain.firstOf(first)
    if (before !== undefined && got !== undefined && (before.nextSeq !== got.seq || before.lastHash !== got.prev))
      this.#fault(place, 'the chain does not go on where the removed segment ended')
  }

  #judgeBegun(): void {
    for (const [name, said] of this.#claims.begun)
      if (!this.#there.has(name) && this.#retired(name) === undefined)
        this.#fault(said, `the segment ${name} was begun and is missing`)
  }

  /** What the trail says of a removed segment, when it may be believed: what is not signed anybody could have written. */
  #retired(name: string): Retired | undefined {
    const retired = this.#claims.retired.get(name)
    return retired !== undefined && this.#isSigned(retired) ? retired : undefined
  }

  #isSigned({ by }: Said, asked: ReadonlySet<string> = new Set()): boolean {
    if (this.#publicKey === undefined || by === undefined) return true
    const signedTo = this.#chains.get(by.writer)?.chain.signedTo ?? -1
    if (by.seq <= signedTo) return true
    // or another chain names a line behind it, and is signed there
    if (asked.has(by.writer)) return false
    return (this.#claims.heads.get(by.writer) ?? []).some(
      claim => claim.by !== undefined && claim.seq >= by.seq && this.#isSigned(claim, new Set([...asked, by.writer])),
    )
  }

  /** Somebody says that a chain holds a line. */
  #judgeHead(writer: string, claim: ClaimedHead): void {
    const { chain, segments } = this.#chains.get(writer) ?? {}
    const removedTo = this.#removedTo(writer)
    if (chain?.holds(claim) || claim.seq < removedTo) return
    const who = claim.by === undefined ? 'as was noted elsewhere' : `as ${claim.file}:${claim.line} says`
    const head = chain?.head
    const place = chain?.last ?? { file: segments?.at(-1)?.path ?? claim.file, line: 1 }
    if (segments === undefined) {
      if (![...this.#claims.begun.keys()].some(name => name.startsWith(`${writer}-`)))
        this.#fault(claim, `the chain ${writer} is missing: it went to number ${claim.seq}, ${who}`)
    } else if (head === undefined || head.seq < claim.seq)
      this.#fault(
        place,
        `${numbers((head?.seq ?? -1) + 1, claim.seq)} of this chain missing at its end: it went to number ${claim.seq}, ${who}`,
      )
    else this.#fault(place, `this chain is another than it was: its number ${claim.seq} is not the one that it was, ${who}`)
  }

  /** A chain was there and could not be read, so nobody knows how far it went. What no gateway would call so may go again. */
  #judgeUnread(writer: string, said: Said): void {
    const isGone = !this.#chains.has(writer) && !this.#claims.heads.has(writer) && this.#removedTo(writer) === 0
    if (isGone && partsOf(writer) !== undefined)
      this.#fault(said, `the chain ${writer} is missing: it could not be read when this was written, and was there`)
    else this.#notes.push(`${said.file}:${said.line} says that the chain ${writer} could not be read then, or not to its end`)
  }

  /** The number at which a chain goes on behind what was removed in its time. */
  #removedTo(writer: string): number {
    const removed = [...this.#claims.retired].filter(
      ([name]) => name.startsWith(`${writer}-`) && this.#retired(name) !== undefined,
    )
    return Math.max(0, ...removed.map(([, { nextSeq }]) => nextSeq))
  }

  /** A thread's segments are named by the main chain of its process. */
  #judgeMain(writer: string, { segments }: Followed): void {
    const main = mainOf(writer)
    const [first] = segments
    if (main === undefined || first === undefined) return
    const chain = this.#chains.get(main)?.chain
    if (chain?.head === undefined) {
      if (this.#removedTo(main) === 0)
        this.#fault({ file: first.path, line: 1 }, `the main chain of its process, ${main}, is missing`)
      return
    }
    // one that was killed may not have come to it; what it said was removed with its first segments
    if (!chain.hasEnded || this.#removedTo(main) > 0) return
    for (const { name, path } of segments)
      if (!this.#claims.begun.has(name)) this.#fault({ file: path, line: 1 }, `${main} says of no such segment: it was put in`)
  }

  /** Whether another chain names this end. */
  #isNamed({ writer, seq }: ChainHead): boolean {
    return (this.#claims.heads.get(writer) ?? []).some(claim => claim.by !== undefined && claim.seq >= seq)
  }

  #describeEnd({ chain, segments }: Followed): void {
    const name = segments.at(-1)?.name ?? ''
    const { head, unsigned } = chain
    const claims = this.#claims.heads.get(head?.writer ?? '') ?? []
    const isCut = claims.some(claim => claim.seq > (head?.seq ?? -1))
    if (!chain.hasEnded && !isCut) this.#notes.push(`${name}: ${this.#howItEnds(chain, segments)}`)
    if (this.#publicKey === undefined || unsigned === 0) return
    const are = `${counted(unsigned, 'record')} behind the last checkpoint ${unsigned === 1 ? 'is' : 'are'} chained and not signed`
    const sealing = claims.find(
      claim => claim.by !== undefined && chain.holds(claim) && claim.seq === head?.seq && this.#isSigned(claim),
    )
    const since = sealing?.by === undefined ? '' : `; the chain ${sealing.by.writer}, which is signed, names the last of them`
    this.#notes.push(`${name}: ${are}${since}`)
  }

  #howItEnds({ torn, head }: Chain, segments: readonly Segment[]): string {
    const pid = partsOf(segments[0]?.writer ?? '')?.pid
    if (torn !== undefined) return 'the last line is cut off; its writer was killed while it wrote'
    if (head === undefined) return 'it holds no line: its process was killed before it wrote one, or somebody emptied it'
    if (pid === undefined || this.#options.isRunning === undefined)
      return 'its writer still writes, or ended without a word (it was killed)'
    if (this.#options.isRunning(pid)) return `it has no end: process ${pid} still writes it, unless that is another one by now`
    const lost = 'what it had not written yet, at most what came within 50 ms while the disk kept up, is lost'
    const end = isMain(segments[0]?.writer ?? '') ? ', or its end was removed since' : ''
    return `it has no end: its process was killed (${lost})${end}`
  }
}
