import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType, Type } from '../../types/type.ts'
import { netType, type Raw } from '../../types/values.ts'
import { copyInto } from './copying.ts'
import { enumeratorOf } from './enumerator.ts'
import { equalityFor } from './equality.ts'
import type { CollectionLike, MapLike } from './protocol.ts'
import { ReadOnly } from './read-only.ts'

/** The live `Keys` or `Values` of a dictionary. */
export class DictionaryPart extends ReadOnly implements CollectionLike {
  readonly types: readonly Type[]
  readonly part: 'Key' | 'Value'
  readonly owner: string
  readonly #source: MapLike

  /** `owner`: the full name of the dictionary's type. */
  constructor(owner: string, types: readonly Type[], part: 'Key' | 'Value', source: MapLike) {
    super()
    this.owner = owner
    this.types = types
    this.part = part
    this.#source = source
  }

  get [netType](): NamedType {
    return lookupType(`${this.owner}.${this.part}Collection`, ...this.types)
  }

  get count(): number {
    return this.#source.size
  }

  contains(item: Raw): boolean {
    if (this.part === 'Key') return item !== null && this.#source.has(item)
    const equality = equalityFor(this.types[1] ?? lookupType('System.Object'))
    for (const each of this.#source.values()) if (equality.equals(each, item)) return true
    return false
  }

  protected override refusal(): string {
    return `Mutating a ${this.part.toLowerCase()} collection derived from a dictionary is not allowed.`
  }

  [Symbol.iterator](): Iterator<Raw> {
    return (this.part === 'Key' ? this.#source.keys() : this.#source.values())[Symbol.iterator]()
  }
}

function partType(owner: string, part: 'Key' | 'Value') {
  const element = `T${part}`
  return defineType(
    `class ${owner}.${part}Collection<TKey, TValue> : System.Collections.Generic.ICollection<${element}>, System.Collections.Generic.IReadOnlyCollection<${element}>`,
    {
      'int Count { get; }': (self: DictionaryPart) => self.count,
      [`void CopyTo(${element}[] array, int index)`]: copyInto,
      [`System.Collections.Generic.IEnumerator<${element}> GetEnumerator()`]: enumeratorOf,
    },
  )
}

/** `KeyCollection` and `ValueCollection` of a dictionary type. */
export const partTypes = (owner: string) => [partType(owner, 'Key'), partType(owner, 'Value')]
