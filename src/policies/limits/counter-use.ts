import type { PolicyElement } from '../read/read-policy.ts'
import type { PolicyPlace } from '../trace/tracer.ts'

/** What a policy counts in, or keeps in: a fact of the policy. Uses of one kind with the same key share a counter. */
export interface CounterFacts {
  readonly kind: CounterKind
  /** The attribute that is the key; undefined: it is made of what `keyedBy` says. */
  readonly keyAttribute?: string
  readonly keyedBy?: string
  /** Attributes that are a part of the key beside it: with another value it is another counter. */
  readonly apart?: readonly string[]
  /** Attributes that say how much: two uses of a counter that differ in them are at odds. */
  readonly amounts?: readonly string[]
  /** The attribute that is kept: keeping the same under the same key is no accident. */
  readonly kept?: string
}

export type CounterKind = 'rate' | 'quota' | 'concurrency' | 'response cache' | 'value cache'

/** One place where policies count or keep. Texts are as they are written: named values and expressions stand as such. */
export interface CounterUse {
  readonly kind: CounterKind
  readonly place: PolicyPlace
  readonly key: string
  /** Whether the author chose the key. */
  readonly isChosen: boolean
  readonly apart: readonly string[]
  /** `calls="10"`, … */
  readonly amounts: readonly string[]
  /** `caching-type`, when it is written. */
  readonly cachingType?: string
  /** Whether it counts or stores; otherwise it only reads or removes. */
  readonly isWriting: boolean
  readonly kept?: string
}

export function counterUse(element: PolicyElement, facts: CounterFacts, place: PolicyPlace): CounterUse {
  const written = (name: string) => writtenIn(element, name)
  const { keyAttribute, keyedBy = '', kind } = facts
  const cachingType = written('caching-type')
  const kept = facts.kept === undefined ? undefined : written(facts.kept)
  return {
    kind,
    place,
    key: keyAttribute === undefined ? keyedBy : (written(keyAttribute) ?? ''),
    isChosen: keyAttribute !== undefined,
    apart: textsOf(element, facts.apart ?? []),
    amounts: facts.amounts === undefined ? [] : [...textsOf(element, facts.amounts), ...partsOf(element, facts.amounts)],
    ...(cachingType === undefined ? {} : { cachingType }),
    isWriting: facts.amounts !== undefined,
    ...(kept === undefined ? {} : { kept }),
  }
}

function writtenIn(element: PolicyElement, name: string): string | undefined {
  const attribute = element.attributes.find(one => one.name === name)
  return attribute?.value.source.text.trim().replace(/\s+/g, ' ')
}

function textsOf(element: PolicyElement, names: readonly string[]): string[] {
  return names.flatMap(name => {
    const text = writtenIn(element, name)
    return text === undefined ? [] : [`${name}="${text}"`]
  })
}

/** Limits of single APIs and operations, inside rate-limit and quota: `api name="Colors" calls="5"`. */
function partsOf(element: PolicyElement, amounts: readonly string[]): string[] {
  const parts = element.children.filter(({ name }) => name === 'api' || name === 'operation')
  return parts.flatMap(part => [`${part.name} ${textsOf(part, ['name', 'id', ...amounts]).join(' ')}`, ...partsOf(part, amounts)])
}

/** A use whose counter is another policy's too, which its author hardly meant. */
export interface SharedUse {
  readonly use: CounterUse
  readonly first: CounterUse
}

/**
 * Uses that share a counter by their key, although they stand in different documents: calls of one API then count for the other, under either's
 * limit. A policy that several places include stands in one document, and is meant; so is a key in one document, for branches that differ in
 * their limits; that of an API's other revision; and a product's, when it holds the subscription, which belongs to one product.
 */
export function sharedByAccident(uses: readonly CounterUse[]): readonly SharedUse[] {
  const chosen = uses.filter(({ isChosen, isWriting, key }) => isChosen && isWriting && key !== '')
  const groups = Map.groupBy(chosen, ({ kind, key, apart }) => JSON.stringify([kind, key, apart]))
  return [...groups.values()].flatMap(group => {
    const told = new Set<string>()
    return group.flatMap(use => {
      const first = group.find(one => documentOf(one) !== documentOf(use) && (use.kept === undefined || one.kept !== use.kept))
      const isFirst = group[0] !== undefined && documentOf(group[0]) === documentOf(use)
      const at = `${use.place.file}:${use.place.line}:${use.place.column}`
      if (first === undefined || isFirst || told.has(at) || group.every(isPerProduct)) return []
      told.add(at)
      return [{ use, first }]
    })
  })
}

/** Revisions of an API lie in folders of their own, and their policies are versions of one. */
function documentOf({ place }: CounterUse): string {
  return place.file.replace(/;rev=\d+/, '')
}

function isPerProduct({ place, key }: CounterUse): boolean {
  return place.scope === 'product' && /\bcontext\s*\.\s*(Subscription|Product)\b/.test(key)
}
