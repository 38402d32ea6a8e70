import type { Api, Catalog, Operation, PolicyDocument, Product } from '../catalog/catalog.ts'
import { type PolicyElement, type PolicyFile, readPolicy } from '../policies/read/read-policy.ts'
import type { ScopeName } from '../policies/step.ts'

/** A policy of the effective inbound section, and the document (or fragment) that it stands in. */
export interface EffectiveElement {
  readonly element: PolicyElement
  readonly file: PolicyFile
  readonly scope: ScopeName
}

/** A document that belongs to a call's way, from the widest scope to the narrowest. */
export interface AppliedDocument {
  readonly scope: ScopeName
  readonly file: string
  /** The narrower document whose inbound section leaves it out by having no `<base />`. */
  readonly inboundDroppedBy?: string
}

export interface EffectiveInbound {
  readonly documents: readonly AppliedDocument[]
  readonly elements: readonly EffectiveElement[]
}

export type InboundReader = (api: Api, operation: Operation, product: Product | null) => EffectiveInbound

/** Fragments inside fragments are followed this deep; the compiler refuses circles. */
const maxFragments = 8

/** Composes inbound sections as the gateway's plans do (`<base />`, fragments in their place), for whoever wants to read rather than run them. */
export function inboundReader(catalog: Catalog): InboundReader {
  const files = new Map<PolicyDocument, PolicyFile>()
  const read = (document: PolicyDocument): PolicyFile => {
    const file = files.get(document) ?? readPolicy(document.file, document.text)
    files.set(document, file)
    return file
  }
  const fragments = new Map(catalog.fragments.map(({ name, policy }) => [name, policy]))

  const expand = (element: PolicyElement, file: PolicyFile, scope: ScopeName, depth: number): readonly EffectiveElement[] => {
    if (element.name !== 'include-fragment') return [{ element, file, scope }]
    const id = element.attributes.find(({ name }) => name === 'fragment-id')?.value.source.text.trim() ?? ''
    const policy = fragments.get(id)
    if (policy === undefined || depth >= maxFragments) return []
    const fragment = read(policy)
    const content = fragment.roots.flatMap(root => (root.name === 'fragment' ? root.children : [root]))
    return content.flatMap(child => expand(child, fragment, scope, depth + 1))
  }

  return (api, operation, product) => {
    let wider: readonly EffectiveElement[] = []
    let documents: readonly AppliedDocument[] = []
    for (const { scope, document } of scopesOf(catalog, api, operation, product)) {
      const file = read(document)
      const inbound = file.roots.find(({ name }) => name === 'policies')?.children.find(({ name }) => name === 'inbound')
      if (inbound !== undefined) {
        const inherited = scope === 'global' ? [] : wider
        if (!inbound.children.some(({ name }) => name === 'base')) documents = documents.map(one => dropped(one, document.file))
        wider = inbound.children.flatMap(child => (child.name === 'base' ? inherited : expand(child, file, scope, 0)))
      }
      documents = [...documents, { scope, file: document.file }]
    }
    return { documents, elements: wider }
  }
}

const dropped = (document: AppliedDocument, by: string): AppliedDocument => ({ inboundDroppedBy: by, ...document })

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
