import type { Method } from './types/members.ts'
import type { TypeSpace } from './types/registry.ts'
import { membersOf } from './types/signature.ts'
import type { TypeDefinition } from './types/type.ts'

/** Finds extension methods by name among the static classes of the namespaces in scope. Tables are read when a name is asked for. */
export function extensionIndex(space: TypeSpace, usings: readonly string[]): (name: string) => readonly Method[] {
  const owners = new Map<string, Set<TypeDefinition>>()
  for (const definition of space.all()) {
    const { fullName } = definition
    const namespace = fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')))
    if (definition.kind !== 'static class' || (namespace !== '' && !usings.includes(namespace))) continue
    for (const signature of Object.keys(definition.table)) {
      const name = /(\w+)\s*(?:<[^()<>]*>)?\s*\(\s*this\s/.exec(signature)?.[1]
      if (name === undefined) continue
      const set = owners.get(name) ?? new Set()
      owners.set(name, set.add(definition))
    }
  }
  const known = new Map<string, readonly Method[]>()
  return name => {
    const found = known.get(name) ?? methodsOf(owners.get(name), name)
    if (owners.has(name)) known.set(name, found)
    return found
  }
}

function methodsOf(definitions: Iterable<TypeDefinition> | undefined, name: string): readonly Method[] {
  return [...(definitions ?? [])].flatMap(each => (membersOf(each).methods.get(name) ?? []).filter(method => method.isExtension))
}
