import { element, writeXml, type XmlElement } from './xml-writer.ts'

/** Who may call an operation: any of the app roles, or a member of any of the groups (object ids). */
export interface Allowed {
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

/** Whose tokens count: of one tenant, for any of the audiences, with any of the scopes when some are asked for. */
export interface TokenRule {
  readonly tenant: string
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
}

const base = element('base', {})

/** A document whose inbound section begins with the wider scopes' and goes on with these. */
export function policies(inbound: readonly XmlElement[]): string {
  return writeXml(
    element('policies', {}, [
      element('inbound', {}, [base, ...inbound]),
      element('backend', {}, [base]),
      element('outbound', {}, [base]),
      element('on-error', {}, [base]),
    ]),
  )
}

/** The API's policy: no valid token, no call (401). */
export function tokenPolicy(rule: TokenRule): string {
  return policies(tokenChecks(rule))
}

/** Scopes are asked for in a second step, so that their lack is a 403. */
export function tokenChecks(rule: TokenRule): readonly XmlElement[] {
  const scoped = rule.scopes.length === 0 ? [] : [validate(rule, 403, [claim('scp', rule.scopes, { separator: ' ' })])]
  return [validate(rule, 401, []), ...scoped]
}

/** An operation's policy: the caller's token, valid already, must carry one of the roles or groups (403). */
export function operationPolicy(rule: TokenRule, allowed: Allowed): string {
  return policies(checks(rule, allowed))
}

/** A caller with a valid token must have one of the roles or groups. */
export function checks(rule: TokenRule, allowed: Allowed): readonly XmlElement[] {
  const { roles, groups } = allowed
  if (roles.length === 0 && groups.length === 0) return [refuse('No access entry allows this operation.')]
  if (groups.length === 0) return [validate(rule, 403, [claim('roles', roles)])]
  if (roles.length === 0) return [validate(rule, 403, [claim('groups', groups)])]
  return [validate(rule, 403, [], callerVariable), roleUnlessGroup(rule, allowed)]
}

function validate(rule: TokenRule, failedCode: 401 | 403, claims: readonly XmlElement[], variable?: string): XmlElement {
  const attributes = {
    'tenant-id': rule.tenant,
    'failed-validation-httpcode': String(failedCode),
    'failed-validation-error-message': failedCode === 401 ? 'Unauthorized. Access token is missing or invalid.' : 'Forbidden.',
    ...(variable === undefined ? {} : { 'output-token-variable-name': variable }),
  }
  const audiences = element(
    'audiences',
    {},
    rule.audiences.map(audience => element('audience', {}, audience)),
  )
  return element('validate-azure-ad-token', attributes, [
    audiences,
    ...(claims.length === 0 ? [] : [element('required-claims', {}, claims)]),
  ])
}

function claim(name: string, values: readonly string[], attributes: Readonly<Record<string, string>> = {}): XmlElement {
  const children = values.map(value => element('value', {}, value))
  return element('claim', { name, match: 'any', ...attributes }, children)
}

const callerVariable = 'gatehouse-caller'

/** Required claims must all hold, so "a role or a group" is a role asked of whoever is in none of the groups: then a refusal names what is missing. */
function roleUnlessGroup(rule: TokenRule, { roles, groups }: Allowed): XmlElement {
  const isMember = groups.map(value => hasClaim('groups', value)).join(' || ')
  return element('choose', {}, [
    element('when', { condition: `@(!(${isMember}))` }, [validate(rule, 403, [claim('roles', roles)])]),
  ])
}

function hasClaim(name: string, value: string): string {
  const claims = `((Jwt)context.Variables[${csharpText(callerVariable)}]).Claims`
  return `(${claims}.ContainsKey(${csharpText(name)}) && ${claims}[${csharpText(name)}].Contains(${csharpText(value)}))`
}

/** A C# string literal: everything but plain letters, digits and a few signs is an escape. */
export function csharpText(text: string): string {
  const escaped = text.replace(/[^A-Za-z0-9 ._:/-]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `"${escaped}"`
}

function refuse(message: string): XmlElement {
  return element('return-response', {}, [
    element('set-status', { code: '403', reason: 'Forbidden' }),
    element('set-header', { name: 'Content-Type', 'exists-action': 'override' }, [element('value', {}, 'application/json')]),
    element('set-body', {}, JSON.stringify({ statusCode: 403, message })),
  ])
}
