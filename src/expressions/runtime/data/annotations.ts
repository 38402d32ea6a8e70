import { spend } from '../../types/budget.ts'
import { isInstance, unbox } from '../../types/casting.ts'
import { defaultOf } from '../../types/defaults.ts'
import type { MemberTable, Type } from '../../types/type.ts'
import type { Raw, Value } from '../../types/values.ts'
import { required } from './json/required.ts'
import { Sequence, sequence } from './sequence.ts'

const kept = new WeakMap<object, Value[]>()

const of = (self: object) => kept.get(self) ?? []
function find(self: object, type: Type): Value | undefined {
  const list = of(self)
  spend(1 + list.length)
  return list.find(each => isInstance(each, type))
}
const remove = (self: object, type: Type) =>
  kept.set(
    self,
    of(self).filter(each => !isInstance(each, type)),
  )

/** What a token or node keeps for its author, by type: the same members for Newtonsoft's JToken and LINQ to XML's XObject. */
export const annotationMembers: MemberTable = {
  'void AddAnnotation(object annotation)': (self: object, annotation: Value) => {
    const list = of(self)
    list.push(required(annotation, 'annotation'))
    spend(8)
    kept.set(self, list)
  },
  'T Annotation<T>()': ([type]: readonly [Type], self: object): Raw => {
    const found = find(self, type)
    return found === undefined ? defaultOf(type) : unbox(type, found)
  },
  'object Annotation(Type type)': (self: object, type: Type | null) => find(self, required(type, 'type')) ?? null,
  'IEnumerable<T> Annotations<T>()': ([type]: readonly [Type], self: object) =>
    new Sequence(type, () =>
      of(self)
        .filter(each => isInstance(each, type))
        .map(each => unbox(type, each))
        [Symbol.iterator](),
    ),
  'IEnumerable<object> Annotations(Type type)': (self: object, type: Type | null) => {
    const wanted = required(type, 'type')
    return sequence('System.Object', () =>
      of(self)
        .filter(each => isInstance(each, wanted))
        [Symbol.iterator](),
    )
  },
  'void RemoveAnnotations<T>()': ([type]: readonly [Type], self: object) => void remove(self, type),
  'void RemoveAnnotations(Type type)': (self: object, type: Type | null) => void remove(self, required(type, 'type')),
}
