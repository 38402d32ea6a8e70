import {
  isDynamic,
  isInterface,
  isObject,
  isValueType,
  nullableOf,
  numericKind,
  substitute,
  typeArguments,
} from '../types/facts.ts'
import { baseClass } from '../types/hierarchy.ts'
import type { Method } from '../types/members.ts'
import { membersOf } from '../types/signature.ts'
import { NamedType, type Type } from '../types/type.ts'
import type { Conversion } from './bound.ts'
import { sameType } from './same-type.ts'
import { standardExplicit, standardImplicit } from './standard-conversions.ts'

interface Candidate {
  readonly method: Method
  readonly owner: NamedType
  readonly from: Type
  readonly to: Type
}

/** The user-defined conversion between types (C# 7 §11.5.4, §11.5.5); undefined when there is none or two are equally good. */
export function userConversion(from: Type, to: Type, explicit: boolean): Conversion | undefined {
  if (isInterface(from) || isInterface(to) || isDynamic(from) || isDynamic(to) || (isObject(from) && isObject(to)))
    return undefined
  return direct(from, to, explicit) ?? lifted(from, to, explicit)
}

/** An operator between plain structs serves their nullable types: null stays null, or throws where a plain struct is asked for. */
function lifted(from: Type, to: Type, explicit: boolean): Conversion | undefined {
  const source = nullableOf(from)
  const target = nullableOf(to)
  if (source === undefined || (target === undefined && isValueType(to) && !explicit)) return undefined
  const inner = direct(source, target ?? to, explicit)
  if (inner === undefined) return undefined
  return { kind: 'nullable', implicit: !explicit, inner, fromNull: true, toNull: target !== undefined || !isValueType(to) }
}

function direct(from: Type, to: Type, explicit: boolean): Conversion | undefined {
  const candidates = candidatesOf(from, to, explicit).filter(each => applies(each, from, to, explicit))
  const best = mostSpecific(candidates, from, to, explicit)
  if (best === undefined) return undefined
  const before = standard(from, best.from, explicit)
  const after = standard(best.to, to, explicit)
  if (before === undefined || after === undefined) return undefined
  return { kind: 'user', implicit: !explicit, method: best.method, owner: best.owner, before, after }
}

const standard = (from: Type, to: Type, explicit: boolean) =>
  standardImplicit(from, to) ?? (explicit ? standardExplicit(from, to) : undefined)

function candidatesOf(from: Type, to: Type, explicit: boolean): Candidate[] {
  const owners = new Set<NamedType>()
  for (const type of [nullableOf(from) ?? from, nullableOf(to) ?? to]) {
    if (numericKind(type) !== undefined) continue // conversions between numbers are the language's own
    for (
      let each: NamedType | undefined = type instanceof NamedType ? type : undefined;
      each !== undefined;
      each = baseClass(each)
    )
      owners.add(each)
  }
  const found: Candidate[] = []
  for (const owner of owners) {
    const members = membersOf(owner.definition)
    for (const method of members.implicit) found.push(close(method, owner))
    if (explicit) for (const method of members.explicit) found.push(close(method, owner))
  }
  return found
}

function close(method: Method, owner: NamedType): Candidate {
  const map = typeArguments(owner)
  return { method, owner, from: substitute(method.parameters[0]?.type ?? owner, map), to: substitute(method.returns, map) }
}

function applies({ from, to }: Candidate, source: Type, target: Type, explicit: boolean): boolean {
  const encompasses = (a: Type, c: Type) => standardImplicit(a, c) !== undefined
  if (!explicit) return encompasses(source, from) && encompasses(to, target)
  return (
    (encompasses(source, from) || encompasses(from, source) || unwraps(source, from)) &&
    (encompasses(to, target) || encompasses(target, to))
  )
}

const unwraps = (source: Type, from: Type) => {
  const inner = nullableOf(source)
  return inner !== undefined && sameType(inner, from)
}

function mostSpecific(candidates: readonly Candidate[], from: Type, to: Type, explicit: boolean): Candidate | undefined {
  if (candidates.length <= 1) return candidates[0]
  const source = specificSource(
    candidates.map(each => each.from),
    from,
    explicit,
  )
  const target = specificTarget(
    candidates.map(each => each.to),
    to,
    explicit,
  )
  const exact = candidates.filter(
    each => source !== undefined && target !== undefined && sameType(each.from, source) && sameType(each.to, target),
  )
  return exact.length >= 1 ? exact[0] : undefined
}

function specificSource(types: readonly Type[], from: Type, explicit: boolean): Type | undefined {
  if (types.some(type => sameType(type, from))) return from
  const above = types.filter(type => standardImplicit(from, type) !== undefined)
  return explicit && above.length === 0 ? mostEncompassing(types) : mostEncompassed(above)
}

function specificTarget(types: readonly Type[], to: Type, explicit: boolean): Type | undefined {
  if (types.some(type => sameType(type, to))) return to
  const below = types.filter(type => standardImplicit(type, to) !== undefined)
  return explicit && below.length === 0 ? mostEncompassed(types) : mostEncompassing(below)
}

const mostEncompassed = (types: readonly Type[]) =>
  types.find(type => types.every(other => sameType(type, other) || standardImplicit(type, other) !== undefined))

const mostEncompassing = (types: readonly Type[]) =>
  types.find(type => types.every(other => sameType(type, other) || standardImplicit(other, type) !== undefined))
