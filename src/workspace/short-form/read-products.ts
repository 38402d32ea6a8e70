import type { Api, Product } from '../../catalog/catalog.ts'
import { gatehouseKeys } from '../known-keys.ts'
import { didYouMean } from '../near-names.ts'
import type { Fields, PlacedText } from '../text/fields.ts'
import type { Allowed } from './access-policy.ts'
import { entriesOf, groupNamed, matching } from './access-rules.ts'
import { type ProductRule, productPolicy } from './product-policy.ts'
import type { HeldApi, ShortForm } from './read-short-form.ts'

/**
 * Reads `products:` of gatehouse.yaml. Each becomes a product like any other; its `access` becomes its policy, asked before those of its APIs. An entry is
 * `*` for everything in it, or an API of the short form and `*`, `GET /path` or an operation's name. What no entry names is denied.
 */
export function readShortProducts(form: ShortForm, products: Fields | undefined, held: readonly HeldApi[]): readonly Product[] {
  return [...(products?.node.members.keys() ?? [])].flatMap(name => {
    const fields = products?.fields(name)
    return fields === undefined ? [] : [productOf(form, name, fields, held)]
  })
}

function productOf(form: ShortForm, name: string, fields: Fields, held: readonly HeldApi[]): Product {
  const { report, file } = form
  fields.refuseOthers(gatehouseKeys.product)
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,79}$/.test(name))
    report.error(fields.node.at, 'value.format', `'${name}' cannot be the name of a product`, 'use letters, digits and dashes')
  const inside = fields.texts('apis').flatMap(({ text, at }) => {
    const found = held.find(({ api }) => api.name.toLowerCase() === text.trim().toLowerCase())
    if (found !== undefined) return [found]
    const names = held.map(({ api }) => api.name)
    report.error(
      at,
      'reference.unknown',
      `the product '${name}' holds the API '${text}', which is not in 'apis'`,
      didYouMean(text, names),
    )
    return []
  })
  const access = fields.fields('access')
  return {
    name,
    displayName: fields.text('displayName') ?? name,
    state: 'published',
    subscriptionRequired: fields.flag('subscriptionRequired') ?? true,
    approvalRequired: fields.flag('approvalRequired') ?? false,
    apis: inside.map(({ api }) => api.name),
    groups: [],
    ...(access === undefined ? {} : { policy: { file, text: policyOf(form, fields, access, inside) } }),
  }
}

function policyOf(form: ShortForm, fields: Fields, access: Fields, inside: readonly HeldApi[]): string {
  const { report, tenant } = form
  const audiences = [...new Set(inside.flatMap(one => one.audiences))]
  if (audiences.length === 0)
    report.error(
      fields.at('access'),
      'access.audienceMissing',
      "tokens cannot be checked: no API of the product has an 'audience'",
      'write the App ID URI at the APIs, such as audience: api://colors',
    )
  if (tenant === undefined)
    report.error(
      fields.at('access'),
      'access.tenantMissing',
      'tokens cannot be checked: no tenant is known',
      'write identity: { tenant: … }',
    )
  return productPolicy({ tenant: tenant ?? '', audiences, scopes: [] }, rulesOf(form, access, inside))
}

function rulesOf(form: ShortForm, access: Fields, inside: readonly HeldApi[]): readonly ProductRule[] {
  const allowed = new Map<string, { api: string; operation: string; roles: Set<string>; groups: Set<string> }>()
  const ruleFor = (api: string, operation: string) => {
    const key = JSON.stringify([api, operation])
    const rule = allowed.get(key) ?? { api, operation, roles: new Set(), groups: new Set() }
    allowed.set(key, rule)
    return rule
  }
  for (const { api } of inside) for (const operation of api.operations) ruleFor(api.name, operation.name)
  for (const [name] of access.node.members) {
    const group = groupNamed(name, form.directory)
    for (const entry of entriesOf(access, name))
      for (const { api, operation } of meant(entry, inside, form)) {
        const rule = ruleFor(api, operation)
        if (group === undefined) rule.roles.add(name)
        else rule.groups.add(group)
      }
  }
  return grouped([...allowed.values()])
}

/** The operations that an entry means. */
function meant(
  entry: PlacedText,
  inside: readonly HeldApi[],
  { report }: ShortForm,
): readonly { readonly api: string; readonly operation: string }[] {
  const all = (api: Api, text: string) =>
    matching({ text, at: entry.at }, api.operations, report).map(operation => ({ api: api.name, operation: operation.name }))
  if (entry.text.trim() === '*') return inside.flatMap(({ api }) => all(api, '*'))
  const [, name = '', rest = ''] = /^\s*(\S+)\s+(.*)$/.exec(entry.text) ?? []
  const found = inside.find(({ api }) => api.name.toLowerCase() === name.toLowerCase())
  if (found !== undefined) return all(found.api, rest)
  const names = inside.map(({ api }) => `${api.name} *`)
  report.error(entry.at, 'access.operationUnknown', `'${entry.text}' names no API of the product`, didYouMean(`${name} *`, names))
  return []
}

/** One rule for operations of an API that the same callers may call. */
function grouped(
  all: readonly {
    readonly api: string
    readonly operation: string
    readonly roles: ReadonlySet<string>
    readonly groups: ReadonlySet<string>
  }[],
): readonly ProductRule[] {
  const rules = new Map<string, { api: string; operations: string[]; allowed: Allowed }>()
  for (const { api, operation, roles, groups } of all) {
    const allowed = { roles: [...roles], groups: [...groups] }
    const key = JSON.stringify([api, allowed])
    const rule = rules.get(key) ?? { api, operations: [], allowed }
    rule.operations.push(operation)
    rules.set(key, rule)
  }
  return [...rules.values()]
}
