import { type NumericKind, numericKind } from './facts.ts'
import { spaceOf } from './registry.ts'
import { keywordTypes } from './signature-types.ts'
import { NamedType, type Type } from './type.ts'

/** The members of an enum by name, in declaration order. */
export function enumMembers(type: NamedType): ReadonlyMap<string, number> {
  const known = memberMaps.get(type)
  if (known !== undefined) return known
  const made = new Map<string, number>()
  for (const [signature, member] of Object.entries(type.definition.table)) {
    const name = /^const\s+(?:\w+\s+)?(\w+)$/.exec(signature.trim())?.[1]
    if (name === undefined) continue
    const value = typeof member === 'number' ? member : (member as { constant: unknown }).constant // an enum's table holds constants only
    made.set(name, Number(value))
  }
  memberMaps.set(type, made)
  return made
}

const memberMaps = new WeakMap<NamedType, ReadonlyMap<string, number>>()

/** The integral kind under an enum: int unless the header says otherwise. */
export function underlyingKind(type: Type): NumericKind {
  if (!(type instanceof NamedType)) return 'int'
  const base = type.definition.baseList.trim()
  const fullName = keywordTypes.get(base) ?? base
  const found = fullName === '' ? undefined : spaceOf(type.definition).find(fullName)?.of()
  return (found === undefined ? undefined : numericKind(found)) ?? 'int'
}

export const isFlags = (type: NamedType) => '[Flags]' in type.definition.table

/** `ToString()` of an enum value: its name, for flags the names joined, otherwise the number. */
export function enumText(type: NamedType, value: number): string {
  const members = enumMembers(type)
  for (const [name, each] of members) if (each === value) return name
  return (isFlags(type) ? flagsText(members, value) : undefined) ?? String(value)
}

function flagsText(members: ReadonlyMap<string, number>, value: number): string | undefined {
  let rest = value
  const names: string[] = []
  for (const [name, each] of [...members].sort((a, b) => b[1] - a[1])) {
    if (each === 0 || (rest & each) !== each) continue
    names.unshift(name)
    rest &= ~each
  }
  return rest === 0 && names.length > 0 ? names.join(', ') : undefined
}
