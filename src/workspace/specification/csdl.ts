import { SaxesParser } from 'saxes'
import type { ODataModel, ODataType } from '../../catalog/odata-model.ts'

interface OpenType {
  readonly name: string
  readonly base: string | undefined
  readonly open: boolean
  readonly properties: Map<string, { readonly type: string; readonly many: boolean }>
}

/**
 * Reads an OData service's metadata document (CSDL XML, versions 4.0 and 4.01). Undefined for what is no well-formed XML or declares nothing.
 */
export function readCsdl(text: string): ODataModel | undefined {
  const aliases = new Map<string, string>()
  const types: OpenType[] = []
  const sets = new Map<string, { readonly type: string; readonly single: boolean }>()
  const operations = new Set<string>()
  let namespace = ''
  let open: OpenType | undefined
  let sound = true
  const parser = new SaxesParser({})
  parser.on('error', () => {
    sound = false
  })
  parser.on('opentag', ({ name: tag, attributes }) => {
    // without xmlns, attributes are texts
    const of = (name: string) => (attributes as Readonly<Record<string, string | undefined>>)[name]
    const name = of('Name') ?? ''
    switch (localName(tag)) {
      case 'Schema':
        namespace = of('Namespace') ?? ''
        if (of('Alias') !== undefined) aliases.set(of('Alias') ?? '', namespace)
        break
      case 'EntityType':
      case 'ComplexType':
        open = { name: `${namespace}.${name}`, base: of('BaseType'), open: of('OpenType') === 'true', properties: new Map() }
        types.push(open)
        break
      case 'Property':
      case 'NavigationProperty':
        open?.properties.set(name, typeOf(of('Type') ?? 'Edm.String'))
        break
      case 'EntitySet':
        sets.set(name, { type: of('EntityType') ?? '', single: false })
        break
      case 'Singleton':
        sets.set(name, { type: of('Type') ?? '', single: true })
        break
      case 'FunctionImport':
      case 'ActionImport':
        operations.add(name)
        break
    }
  })
  parser.on('closetag', ({ name: tag }) => {
    if (/^(?:EntityType|ComplexType)$/.test(localName(tag))) open = undefined
  })
  parser.write(text).close()
  if (!sound || (types.length === 0 && sets.size === 0)) return undefined
  return linked(types, sets, operations, aliases)
}

const localName = (tag: string) => tag.slice(tag.indexOf(':') + 1)

function typeOf(text: string): { readonly type: string; readonly many: boolean } {
  const inner = /^Collection\((.+)\)$/.exec(text)?.[1]
  return { type: inner ?? text, many: inner !== undefined }
}

/** With every name in full, and primitive types left out. */
function linked(
  types: readonly OpenType[],
  sets: ReadonlyMap<string, { readonly type: string; readonly single: boolean }>,
  operations: ReadonlySet<string>,
  aliases: ReadonlyMap<string, string>,
): ODataModel {
  const known = new Set(types.map(({ name }) => name))
  const full = (name: string) => {
    const dot = name.lastIndexOf('.')
    const namespace = aliases.get(name.slice(0, dot))
    return namespace === undefined ? name : `${namespace}${name.slice(dot)}`
  }
  const structured = (name: string) => (known.has(full(name)) ? full(name) : undefined)
  const asType = ({ base, open, properties }: OpenType): ODataType => ({
    ...(base === undefined ? {} : { base: full(base) }),
    open,
    properties: new Map([...properties].map(([name, { type, many }]) => [name, { type: structured(type), many }])),
  })
  return {
    sets: new Map([...sets].map(([name, { type, single }]) => [name, { type: full(type), single }])),
    operations,
    types: new Map(types.map(one => [one.name, asType(one)])),
  }
}
