import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { standardSpace } from '../standard-space.ts'
import type { TypeDefinition } from '../types/type.ts'

const page = readFileSync(new URL('../../../docs/expressions.md', import.meta.url), 'utf8')

const grouped = <T>(items: Iterable<T>, keyOf: (item: T) => string) =>
  [...Map.groupBy(items, keyOf)].toSorted(([a], [b]) => (a < b ? -1 : 1))

/** `List<T>`; of a family by number of parameters (Func, Tuple) the numbers. */
function shown(name: string, family: readonly TypeDefinition[]): string {
  const counts = family.map(each => each.parameters.length)
  if (family.length > 3) return `\`${name}<…>\` (${Math.min(...counts)} to ${Math.max(...counts)})`
  return family
    .map(({ parameters }) =>
      parameters.length === 0 ? `\`${name}\`` : `\`${name}<${parameters.map(each => each.name).join(', ')}>\``,
    )
    .toSorted()
    .join(', ')
}

/** Namespace by namespace, as the rows of a table. */
function rows(): string[] {
  const spaceOf = ({ fullName }: TypeDefinition) => fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')))
  return grouped(standardSpace().all(), spaceOf).map(([space, types]) => {
    const names = grouped(types, each => each.name).map(([name, family]) => shown(name, family))
    return `| \`${space}\` | ${names.join(', ')} |`
  })
}

test('the page on expressions lists every type that expressions may use, and no other', () => {
  const written = page.split('\n').filter(line => /^\| `[A-Z][\w.]*` \| `/.test(line))
  assert.deepEqual(written, rows())
})
