import type { ODataModel, ODataType } from '../../catalog/odata-model.ts'
import type { TypeCheck } from './odata-options.ts'
import type { PathSegment } from './odata-path.ts'
import { ODataFault } from './odata-scanner.ts'

const longestLine = 32

/** Holds names against a type of the model, its base types' properties among its own. */
class ModelType implements TypeCheck {
  readonly #model: ODataModel
  readonly #name: string

  constructor(model: ODataModel, name: string) {
    this.#model = model
    this.#name = name
  }

  path(names: readonly string[]): void {
    this.#walk(names)
  }

  expanded(names: readonly string[]): TypeCheck | undefined {
    const type = this.#walk(names)
    return type === undefined ? undefined : new ModelType(this.#model, type)
  }

  /** The type at the end of the path; undefined when that is primitive, or not known. */
  #walk(names: readonly string[]): string | undefined {
    let type: string | undefined = this.#name
    for (const name of names) {
      if (name.startsWith('$')) return undefined
      if (name.includes('.')) {
        type = this.#model.types.has(name) ? name : undefined
        if (type === undefined) return undefined // an alias, or an operation
        continue
      }
      if (type === undefined) throw new ODataFault(`has ${shown(name)} where there is nothing further`)
      const found = propertyOf(this.#model, type, name)
      if (found === 'open') return undefined
      if (found === undefined) throw new ODataFault(`has ${shown(name)}, which ${type} does not have`)
      type = found.type
    }
    return type
  }
}

interface Property {
  readonly type: string | undefined
  readonly many: boolean
}

/** Its own or an inherited property; 'open' when it may have any. */
function propertyOf(model: ODataModel, type: string, name: string): Property | 'open' | undefined {
  let next: string | undefined = type
  for (let step = 0; next !== undefined && step < longestLine; step++) {
    const found: ODataType | undefined = model.types.get(next)
    if (found === undefined) return 'open' // declared in another document
    const property = found.properties.get(name)
    if (property !== undefined) return property
    if (found.open) return 'open'
    next = found.base
  }
  return undefined
}

/** Holds a resource path against the model, and gives what its options are held against; undefined when its type is not known. */
export function checkPath(model: ODataModel, segments: readonly PathSegment[]): TypeCheck | undefined {
  const [first, ...rest] = segments
  if (first === undefined || first.name.startsWith('$') || first.name.includes('.')) return undefined
  const set = model.sets.get(first.name)
  if (set === undefined) {
    if (model.operations.has(first.name)) return undefined
    throw new ODataFault(`names ${shown(first.name)}, which the service does not have`)
  }
  let type: string | undefined = set.type
  let many = !set.single && first.inside === undefined
  for (const { name, inside } of rest) {
    if (name.startsWith('$')) continue
    if (name.includes('.')) {
      if (!model.types.has(name)) return undefined // an operation, or an alias
      type = name
      continue
    }
    const found: Property | 'open' | undefined = type === undefined ? undefined : propertyOf(model, type, name)
    if (found === 'open') return undefined
    if (found !== undefined) {
      type = found.type
      many = found.many && inside === undefined
    } else if (many)
      many = false // a key as a segment of its own
    else throw new ODataFault(`has ${shown(name)}, which ${type ?? 'a primitive value'} does not have`)
  }
  return type === undefined ? undefined : new ModelType(model, type)
}

const shown = (name: string) => name.slice(0, 60)
