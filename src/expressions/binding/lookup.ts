import { isInterface } from '../types/facts.ts'
import { baseClass, interfacesOf } from '../types/hierarchy.ts'
import type { Method, Property } from '../types/members.ts'
import { membersOf } from '../types/signature.ts'
import { ArrayType, NamedType, type Type } from '../types/type.ts'
import type { WellKnown } from './well-known.ts'

/** A member together with the closed type that declares it. */
export interface Owned<M> {
  readonly member: M
  readonly owner: NamedType
}

/** The type, its base classes, then all its interfaces as one level: where members are looked for, nearest first. */
export function levelsOf(known: WellKnown, type: Type): readonly (readonly NamedType[])[] {
  const cached = levels.get(type)
  if (cached !== undefined) return cached
  const found: (readonly NamedType[])[] = []
  for (let each = type instanceof NamedType ? type : baseClass(type); each !== undefined; each = baseClass(each))
    found.push([each])
  if (isInterface(type)) found.push(interfacesOf(type), [known.object])
  else if (type instanceof ArrayType) found.splice(1, 0, [])
  levels.set(type, found)
  return found
}

const levels = new WeakMap<Type, readonly (readonly NamedType[])[]>()

export function findProperty(known: WellKnown, type: Type, name: string): Owned<Property> | undefined {
  for (const level of levelsOf(known, type)) {
    for (const owner of level) {
      const member = membersOf(owner.definition).properties.get(name)
      if (member !== undefined) return { member, owner }
    }
  }
  return undefined
}

/** Methods of that name, one list a level of inheritance, nearest first; levels without any are left out. */
export function findMethods(known: WellKnown, type: Type, name: string): readonly (readonly Owned<Method>[])[] {
  return collect(known, type, owner => membersOf(owner.definition).methods.get(name) ?? [])
}

export function findIndexers(known: WellKnown, type: Type): readonly (readonly Owned<Property>[])[] {
  return collect(known, type, owner => membersOf(owner.definition).indexers)
}

function collect<M>(known: WellKnown, type: Type, of: (owner: NamedType) => readonly M[]): Owned<M>[][] {
  const found: Owned<M>[][] = []
  for (const level of levelsOf(known, type)) {
    const list = level.flatMap(owner => of(owner).map(member => ({ member, owner })))
    if (list.length > 0) found.push(list)
  }
  return found
}

/** Whether the type or what it inherits from has any member of that name. */
export function hasMember(known: WellKnown, type: Type, name: string): boolean {
  return findProperty(known, type, name) !== undefined || findMethods(known, type, name).length > 0
}
