import type { Api, Catalog, Operation, PolicyDocument, Product } from '../catalog/catalog.ts'
import { type PolicyElement, type PolicyFile, readPolicy } from '../policies/read/read-policy.ts'
import type { ScopeName, SectionName } from '../policies/step.ts'
import { descendants } from './policy-texts.ts'

/** A policy of an effective section, and the document (or fragment) that it stands in. */
export interface EffectiveElement {
  readonly element: PolicyElement
  readonly file: PolicyFile
  readonly scope: ScopeName
  /** It comes from a wider scope by a `<base />` that a `choose` holds: not every call meets it. */
  readonly conditional?: true
}

/** A policy in its document; lines from 1. */
export interface PolicyAt {
  readonly policy: string
  readonly file: string
  readonly line: number
}

/** The elements of that policy among these and all that they hold, each once. */
export function elementsAt(place: PolicyAt, elements: readonly EffectiveElement[]): readonly PolicyElement[] {
  const found = elements
    .filter(({ file }) => file.file === place.file)
    .flatMap(({ element, file }) =>
      [element, ...descendants(element)].filter(
        ({ name, offset }) => name === place.policy && file.lines.position(offset).line === place.line,
      ),
    )
  return [...new Set(found)]
}

/** A document that belongs to a call's way, from the widest scope to the narrowest. */
export interface AppliedDocument {
  readonly scope: ScopeName
  readonly file: string
  /** The narrower document whose inbound section leaves it out by having no `<base />`. */
  readonly inboundDroppedBy?: string
}

/** A section of a narrower scope that leaves out what wider ones say by having no `<base />`. */
export interface DroppedPolicies {
  readonly document: AppliedDocument
  readonly elements: readonly EffectiveElement[]
  readonly by: EffectiveElement
}

export interface EffectiveSection {
  readonly documents: readonly AppliedDocument[]
  readonly elements: readonly EffectiveElement[]
  readonly dropped: readonly DroppedPolicies[]
}

export type SectionReader = (api: Api, operation: Operation, product: Product | null) => EffectiveSection

/** Fragments inside fragments are followed this deep; the compiler refuses circles. */
const maxFragments = 8

/** Composes inbound sections as the gateway's plans do (`<base />`, fragments in their place), for whoever wants to read rather than run them. */
export const inboundReader = (catalog: Catalog): SectionReader => sectionReader(catalog, documentReader())('inbound')

export type DocumentReader = (document: PolicyDocument) => PolicyFile

/** Reads each document once. */
export function documentReader(): DocumentReader {
  const files = new Map<PolicyDocument, PolicyFile>()
  return document => {
    const file = files.get(document) ?? readPolicy(document.file, document.text)
    files.set(document, file)
    return file
  }
}

type Expand = (at: EffectiveElement, depth: number) => readonly EffectiveElement[]

/** Puts fragments in the place of what includes them. */
function expander({ fragments }: Pick<Catalog, 'fragments'>, read: DocumentReader): Expand {
  const byName = new Map(fragments.map(({ name, policy }) => [name, policy]))
  const expand: Expand = (at, depth) => {
    if (at.element.name !== 'include-fragment') return [at]
    const id = at.element.attributes.find(({ name }) => name === 'fragment-id')?.value.source.text.trim() ?? ''
    const policy = byName.get(id)
    if (policy === undefined || depth >= maxFragments) return []
    const file = read(policy)
    const content = file.roots.flatMap(root => (root.name === 'fragment' ? root.children : [root]))
    return content.flatMap(element => expand({ element, file, scope: at.scope }, depth + 1))
  }
  return expand
}

/** Reads an element and all that it holds, however deep, fragments included there in their place. */
export function heldReader(catalog: Catalog, read: DocumentReader): (at: EffectiveElement) => readonly EffectiveElement[] {
  const expand = expander(catalog, read)
  const held = (at: EffectiveElement, depth: number): readonly EffectiveElement[] => [
    at,
    ...at.element.children.flatMap(element =>
      expand({ ...at, element }, depth).flatMap(child => held(child, child.file === at.file ? depth : depth + 1)),
    ),
  ]
  return at => held(at, 0)
}

/** Reads what an element holds itself, fragments included there in their place. */
export type PartsReader = (at: EffectiveElement) => readonly EffectiveElement[]

export function partsReader(catalog: Pick<Catalog, 'fragments'>, read: DocumentReader): PartsReader {
  const expand = expander(catalog, read)
  const depths = new WeakMap<EffectiveElement, number>()
  return at => {
    const depth = depths.get(at) ?? 0
    return at.element.children.flatMap(element => {
      const parts = expand({ element, file: at.file, scope: at.scope }, depth)
      for (const part of parts) depths.set(part, part.file === at.file ? depth : depth + 1)
      return parts
    })
  }
}

/** As `inboundReader`, for any section; several readers may share the documents. */
export function sectionReader(catalog: Catalog, read: DocumentReader): (name: SectionName) => SectionReader {
  const expand = expander(catalog, read)
  return name => (api, operation, product) => {
    let wider: readonly EffectiveElement[] = []
    let documents: readonly AppliedDocument[] = []
    const dropped: DroppedPolicies[] = []
    for (const { scope, document } of scopesOf(catalog, api, operation, product)) {
      const file = read(document)
      const section = file.roots.find(root => root.name === 'policies')?.children.find(child => child.name === name)
      if (section !== undefined) {
        const inherited = scope === 'global' ? [] : wider
        if (!section.children.some(holdsBase)) {
          for (const one of documents.filter(({ inboundDroppedBy }) => inboundDroppedBy === undefined)) {
            const elements = inherited.filter(element => element.scope === one.scope)
            dropped.push({ document: one, elements, by: { element: section, file, scope } })
          }
          documents = documents.map(one => ({ inboundDroppedBy: document.file, ...one }))
        }
        wider = section.children.flatMap(child => {
          if (child.name === 'base') return inherited
          const own = expand({ element: child, file, scope }, 0)
          return holdsBase(child) ? [...own, ...inheritedWithin(child, inherited)] : own
        })
      }
      documents = [...documents, { scope, file: document.file }]
    }
    return { documents, elements: wider, dropped }
  }
}

function holdsBase(element: PolicyElement): boolean {
  return element.name === 'base' || element.children.some(holdsBase)
}

/** What a policy takes in from wider scopes by a `<base />` inside it; a `choose` does so for some calls only. */
function inheritedWithin(holder: PolicyElement, inherited: readonly EffectiveElement[]): readonly EffectiveElement[] {
  if (holder.name !== 'choose') return inherited
  return inherited.map(one => ({ ...one, conditional: true }))
}

function scopesOf(
  catalog: Catalog,
  api: Api,
  operation: Operation,
  product: Product | null,
): readonly { readonly scope: ScopeName; readonly document: PolicyDocument }[] {
  const all: readonly (readonly [ScopeName, PolicyDocument | undefined])[] = [
    ['global', catalog.policy],
    ['product', product?.policy],
    ['api', api.policy],
    ['operation', operation.policy],
  ]
  return all.flatMap(([scope, document]) => (document === undefined ? [] : [{ scope, document }]))
}
