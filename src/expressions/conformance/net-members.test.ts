import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { standardSpace } from '../standard-space.ts'
import { displayName } from '../types/display.ts'
import { baseClass, interfacesOf } from '../types/hierarchy.ts'
import type { Members, Parameter } from '../types/members.ts'
import { membersOf } from '../types/signature.ts'
import type { TypeDefinition } from '../types/type.ts'
import { unavailable } from '../types/unavailable.ts'

/**
 * The public members of the types that the page "API Management policy expressions" allows, as reflection over mono 6.8 and
 * Newtonsoft.Json 10 names them; overloads with parameters of types that expressions cannot name are left out.
 */
const listed: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('net-members.json', import.meta.url), 'utf8'),
)

const space = standardSpace()

/** A type's own table, then those it inherits. */
function tablesOf(definition: TypeDefinition): readonly Members[] {
  const type = definition.of(...definition.parameters)
  const above: TypeDefinition[] = []
  for (let base = baseClass(type); base !== undefined; base = baseClass(base)) above.push(base.definition)
  return [definition, ...above, ...interfacesOf(type).map(each => each.definition)].map(membersOf)
}

const shown = (parameters: readonly Parameter[]) =>
  parameters
    .map(({ type }) =>
      displayName(type)
        .replace(/[A-Za-z][\w.]*\.(?=[A-Z])/g, '')
        .replace(/\s/g, ''),
    )
    .join(', ')

function implemented(definition: TypeDefinition): ReadonlySet<string> {
  const [own, ...inherited] = tablesOf(definition)
  const found = new Set(own?.constructors.map(each => `new(${shown(each.parameters)})`))
  for (const { methods, properties, indexers } of own === undefined ? [] : [own, ...inherited]) {
    for (const [name, overloads] of methods) for (const each of overloads) found.add(`${name}(${shown(each.parameters)})`)
    for (const name of properties.keys()) found.add(name)
    for (const each of indexers) found.add(`this[${shown(each.parameters)}]`)
  }
  return found
}

function definitionOf(name: string): TypeDefinition {
  const [fullName = name, arity = '0'] = name.split('`')
  const found = space.find(fullName, Number(arity))
  assert.ok(found, `${name} is allowed and not there`)
  return found
}

/** Enumerable's overloads for each numeric type: the generic one gives the same. */
const isGeneric = (type: string, member: string) => type === 'System.Linq.Enumerable' && /^(Max|Min)\(/.test(member)

/** Under `Type.Member(parameters)`, `Type.Member` or `Type.new`. */
const isUnavailable = (type: string, member: string) => {
  const name = type.replace(/`\d$/, '')
  return unavailable.has(`${name}.${member}`) || unavailable.has(`${name}.${member.replace(/\(.*$/, '')}`)
}

for (const [type, members] of Object.entries(listed))
  test(`${type}: each of its ${members.length} members is there, or is said to be missing and why`, () => {
    const there = implemented(definitionOf(type))
    assert.deepEqual(
      members.filter(member => !there.has(member) && !isUnavailable(type, member) && !isGeneric(type, member)),
      [],
    )
  })
