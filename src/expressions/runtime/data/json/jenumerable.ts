import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType, type Raw } from '../../../types/values.ts'
import { Sequence } from '../sequence.ts'

/** Newtonsoft's JEnumerable<T>. */
export class JEnumerable<T = Raw> extends Sequence<T> {
  override get [netType](): NamedType {
    return lookupType('Newtonsoft.Json.Linq.JEnumerable', this.element)
  }
}
