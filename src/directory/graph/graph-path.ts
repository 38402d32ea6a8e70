import { findUser, type Tenant } from '../tenant.ts'
import { directoryRoleId } from './entities.ts'

/**
 * The parts of a path below `/v1.0`, keys in parentheses taken out: `users('x')` is `users`, `x`. An alternate key becomes the object id of what it names,
 * or stays as it is when it names nothing. A bound action may carry its namespace: `microsoft.graph.getMemberGroups`.
 */
export function readPath(tenant: Tenant, path: readonly string[]): readonly string[] {
  return path.flatMap((segment, at) => {
    const { name, key, value } = takeApart(segment)
    if (value === undefined) return [at > 0 ? withoutNamespace(name) : name]
    return [name, key === undefined ? value : idOf(tenant, name, key, value)]
  })
}

function takeApart(segment: string): { readonly name: string; readonly key?: string; readonly value?: string } {
  const match = /^(\w+)\((?:(\w+)=)?'((?:[^']|'')*)'\)$/.exec(segment)
  if (match === null) return { name: segment }
  const [, name = '', key, value = ''] = match
  return { name, ...(key === undefined ? {} : { key }), value: value.replaceAll("''", "'") }
}

function idOf(tenant: Tenant, name: string, key: string, value: string): string {
  const app = key === 'appId' ? tenant.applications.get(value.toLowerCase()) : undefined
  switch (`${name} ${key}`) {
    case 'applications appId':
      return app?.id ?? value
    case 'servicePrincipals appId':
      return app?.servicePrincipalId ?? value
    case 'directoryRoles roleTemplateId': {
      const role = tenant.document.directoryRoles?.find(one => one.roleTemplateId === value.toLowerCase())
      return role === undefined ? value : directoryRoleId(tenant, role)
    }
    case 'users userPrincipalName':
      return findUser(tenant, value)?.id ?? value
    default:
      return value
  }
}

/** What a list is narrowed to stays (`microsoft.graph.group`); an action or function is known without it. */
const kinds = new Set([
  'user',
  'group',
  'servicePrincipal',
  'directoryRole',
  'application',
  'device',
  'orgContact',
  'administrativeUnit',
])

function withoutNamespace(name: string): string {
  const bare = /^(?:microsoft\.)?graph\.(\w+)$/.exec(name)?.[1]
  if (bare === undefined) return name
  return kinds.has(bare) ? `microsoft.graph.${bare}` : bare
}
