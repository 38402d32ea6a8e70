import { nullableOf } from './facts.ts'
import { keywordTypes } from './signature-types.ts'
import { ArrayType, NamedType, type Type } from './type.ts'

const keywordOf = new Map([...keywordTypes].map(([keyword, fullName]) => [fullName, keyword]))
keywordOf.set('System.Void', 'void')

/** A type as C# writes it, and as its compiler names it in messages: `int`, `string[]`, `List<int?>`. */
export function displayName(type: Type): string {
  if (type instanceof ArrayType) return displayArray(type)
  if (!(type instanceof NamedType)) return type.name
  const nullable = nullableOf(type)
  if (nullable !== undefined) return `${displayName(nullable)}?`
  const { fullName } = type.definition
  if (fullName === 'System.ValueTuple') return `(${type.args.map(displayName).join(', ')})`
  const keyword = keywordOf.get(fullName)
  if (keyword !== undefined) return keyword
  return type.args.length === 0 ? type.definition.name : `${type.definition.name}<${type.args.map(displayName).join(', ')}>`
}

/** `int[][,]`: the outermost rank stands first. */
function displayArray(type: ArrayType): string {
  let ranks = ''
  let element: Type = type
  while (element instanceof ArrayType) {
    ranks += `[${','.repeat(element.rank - 1)}]`
    element = element.element
  }
  return displayName(element) + ranks
}
