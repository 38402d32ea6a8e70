import type { Operation } from '../../catalog/catalog.ts'
import type { DirectoryDocument } from '../../catalog/directory.ts'
import { parseGuid } from '../guid.ts'
import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import { templateShape } from '../specification/url-template.ts'
import type { Fields, PlacedText } from '../text/fields.ts'
import { memberOf, textOf } from '../text/text-node.ts'
import type { Allowed } from './access-policy.ts'

/**
 * Reads `access: { role or group: [operations] }` into who may call each operation, by operation name; operations that no entry
 * names are there with nobody. An entry is `GET /path`, `* /path`, an operation's name, or `*` for all of them.
 */
export function readAccess(
  access: Fields,
  operations: readonly Operation[],
  audience: readonly string[],
  directory: DirectoryDocument | undefined,
  report: Report,
): ReadonlyMap<string, Allowed> {
  const rules = new Map(operations.map(({ name }) => [name, { roles: [] as string[], groups: [] as string[] }]))
  for (const [name, { keyAt }] of access.node.members) {
    const group = groupNamed(name, directory)
    if (group === undefined) warnUndeclaredRole({ text: name, at: keyAt }, audience, directory, report)
    for (const entry of entriesOf(access, name)) {
      for (const operation of matching(entry, operations, report)) {
        const rule = rules.get(operation.name)
        if (group !== undefined) rule?.groups.push(group)
        else rule?.roles.push(name)
      }
    }
  }
  return new Map(
    [...rules].map(([name, { roles, groups }]) => [name, { roles: [...new Set(roles)], groups: [...new Set(groups)] }]),
  )
}

/** The operations of one role or group: one text or a list of them. */
export function entriesOf(access: Fields, name: string): readonly PlacedText[] {
  const single = memberOf(access.node, name)
  const text = textOf(single)
  return single !== undefined && text !== undefined ? [{ text, at: single.at }] : access.texts(name)
}

/** The object id of a group: a GUID is one, and so is the display name of a group in the directory. Anything else is an app role. */
export function groupNamed(name: string, directory: DirectoryDocument | undefined): string | undefined {
  return parseGuid(name) ?? directory?.groups.find(group => group.displayName.toLowerCase() === name.toLowerCase())?.id
}

/** The operations that an entry means; a fault when there is none. */
export function matching({ text, at }: PlacedText, operations: readonly Operation[], report: Report): readonly Operation[] {
  const wanted = text.trim()
  if (wanted === '*') return operations
  const parts = /^(\*|[A-Za-z]+)\s+(\/\S*)$/.exec(wanted)
  const found = operations.filter(operation => {
    if (parts === null) return operation.name.toLowerCase() === wanted.toLowerCase()
    const [, method = '', path = ''] = parts
    return (method === '*' || method.toUpperCase() === operation.method) && isSamePath(path, operation.urlTemplate)
  })
  if (found.length === 0) {
    const calls = operations.map(({ method, urlTemplate }) => `${method} ${urlTemplate.split('?')[0]}`)
    const mend = didYouMean(wanted, parts === null ? operations.map(({ name }) => name) : calls)
    report.error(at, 'access.operationUnknown', `'${text}' matches no operation of the specification`, mend)
  }
  return found
}

/** Without a query the entry means the path with any; with one, that very operation. */
function isSamePath(path: string, urlTemplate: string): boolean {
  const template = path.includes('?') ? urlTemplate : (urlTemplate.split('?')[0] ?? '')
  return templateShape(path) === templateShape(template)
}

function warnUndeclaredRole(
  { text, at }: PlacedText,
  audience: readonly string[],
  directory: DirectoryDocument | undefined,
  report: Report,
): void {
  if (directory === undefined) return
  const application = applicationOf(audience, directory)
  if (application === undefined || application.appRoles.some(role => role.value === text)) return
  const names = [...application.appRoles.map(role => role.value), ...directory.groups.map(group => group.displayName)]
  const message = `'${application.displayName}' declares no app role '${text}', and no group has that name: nobody gets in by it`
  report.warning(at, 'access.roleUndeclared', message, didYouMean(text, names))
}

/** The application that an audience means: by identifier URI or application id. */
export function applicationOf(audience: readonly string[], directory: DirectoryDocument | undefined) {
  const named = audience.map(text => text.toLowerCase())
  return directory?.applications.find(({ appId, identifierUris }) => {
    return [appId, ...identifierUris].some(name => named.includes(name.toLowerCase()))
  })
}
