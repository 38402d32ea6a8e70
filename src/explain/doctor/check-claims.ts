import type { ClaimDemand } from '../../access/demand.ts'
import type { RegisteredApplication, Registrations } from '../../catalog/registrations.ts'
import { nearestName } from '../../workspace/near-names.ts'
import { isKnown } from '../policy-texts.ts'
import type { Finding, PolicyPlace } from './finding.ts'
import { apisOf } from './resolve-apis.ts'
import type { OperationAsks } from './token-asks.ts'

/** Values that a policy looks for in one claim: by required-claims, or by an expression. */
interface Sought {
  readonly claim: string
  /** One of them is enough. */
  readonly match: 'all' | 'any'
  readonly values: readonly string[]
  readonly place: PolicyPlace
  readonly apis: readonly RegisteredApplication[]
}

/** Roles, scopes and groups that an operation's policies ask for, against what the APIs declare and who holds it. */
export function checkClaims({ tokens, uses }: OperationAsks, registrations: Registrations): readonly Finding[] {
  const all = unique(tokens.flatMap(ask => apisOf(ask, registrations).map(({ app }) => app)))
  const required = tokens.flatMap(ask => {
    const own = apisOf(ask, registrations).map(({ app }) => app)
    return ask.claims.map((demand): Sought => soughtBy(demand, ask.place, own.length > 0 ? own : all))
  })
  const used = uses.map(({ claim, value, place }): Sought => ({ claim, match: 'any', values: [value], place, apis: all }))
  return [...required, ...used]
    .filter(({ apis }) => apis.length > 0)
    .flatMap(sought => {
      switch (sought.claim) {
        case 'roles':
          return checkRoles(sought)
        case 'scp':
          return checkScopes(sought)
        case 'groups':
          return checkGroups(sought, registrations)
        default:
          return []
      }
    })
}

const unique = <T>(all: readonly T[]) => [...new Set(all)]

function soughtBy({ claim, match, values }: ClaimDemand, place: PolicyPlace, apis: readonly RegisteredApplication[]): Sought {
  return { claim, match, values: values.filter(isKnown), place, apis }
}

const namesOf = (apis: readonly RegisteredApplication[]) => apis.map(({ displayName }) => displayName).join(' and ')

/** The one application that a finding is about. */
function aboutOf([first, ...others]: readonly RegisteredApplication[]): Pick<Finding, 'application'> {
  if (first === undefined || others.length > 0) return {}
  return { application: { appId: first.appId, displayName: first.displayName } }
}

function checkRoles({ values, match, place, apis }: Sought): readonly Finding[] {
  const roles = apis.flatMap(({ appRoles }) => appRoles)
  const isHeld = (value: string) => roles.some(role => role.value === value && role.isAssigned)
  const severity = match === 'any' && values.some(isHeld) ? 'warning' : 'error'
  return values.flatMap((value): Finding[] => {
    if (isHeld(value)) return []
    const about = { severity, policy: place, ...aboutOf(apis) } as const
    if (roles.some(role => role.value === value))
      return [
        {
          code: 'role.unassigned',
          message: `the app role ${value} of ${namesOf(apis)} is assigned to nobody: no token carries it`,
          mend: `assign ${value} to a user, a group or an application (appRoleAssignments), or take it out of the policy`,
          ...about,
        },
      ]
    return [
      {
        code: 'role.undeclared',
        message: `${namesOf(apis)} declares no app role ${value}${meant(
          value,
          roles.map(role => role.value),
        )}`,
        mend: `add ${value} to the appRoles of ${namesOf(apis)} and assign it, or ask for a role that is declared`,
        ...about,
      },
    ]
  })
}

/** Values of roles and scopes are compared letter by letter, capitals too. */
function meant(value: string, names: readonly string[]): string {
  const near = names.find(name => name.toLowerCase() === value.toLowerCase()) ?? nearestName(value, names)
  return near === undefined ? '' : `; did you mean ${near}?`
}

function checkScopes({ values, match, place, apis }: Sought): readonly Finding[] {
  const declared = apis.flatMap(({ scopes }) => scopes)
  // the claim is one text of words: a policy may ask for several in one value
  const words = unique(values.flatMap(value => value.split(' ').filter(word => word !== '')))
  const severity = match === 'any' && words.some(word => declared.includes(word)) ? 'warning' : 'error'
  return words
    .filter(word => !declared.includes(word))
    .map(word => ({
      severity,
      code: 'scope.undeclared',
      message: `${namesOf(apis)} declares no scope ${word.slice(0, 120)}${meant(word, declared)}`,
      mend: word.includes('/')
        ? `the claim scp holds short names: write ${word.slice(word.lastIndexOf('/') + 1)}`
        : `add ${word} to api.oauth2PermissionScopes of ${namesOf(apis)}, or ask for a scope that is declared`,
      policy: place,
      ...aboutOf(apis),
    }))
}

function checkGroups(sought: Sought, registrations: Registrations): readonly Finding[] {
  return [...notEmitted(sought), ...unknownGroups(sought, registrations)]
}

const emits = ({ groupMembershipClaims }: RegisteredApplication) =>
  groupMembershipClaims.some(one => one !== 'None' && one !== 'DirectoryRole')

function notEmitted({ apis, place }: Sought): readonly Finding[] {
  return apis
    .filter(app => !emits(app))
    .map(app => ({
      severity: 'error',
      code: 'groups.not-emitted',
      message: `the policy asks for groups, and the tokens of ${app.displayName} carry none: its groupMembershipClaims are ${app.groupMembershipClaims[0] ?? 'not set'}`,
      mend: `set groupMembershipClaims of ${app.displayName} to ApplicationGroup or SecurityGroup, or ask for an app role and assign it to the group`,
      policy: place,
      ...aboutOf([app]),
    }))
}

function unknownGroups({ values, apis, place }: Sought, { groups }: Registrations): readonly Finding[] {
  return values.flatMap((value): Finding[] => {
    const group = groups.find(({ id }) => id === value)
    const byName = groups.find(({ displayName }) => displayName.toLowerCase() === value.toLowerCase())
    if (group === undefined)
      return [
        {
          severity: 'error',
          code: 'group.unknown',
          message:
            byName === undefined
              ? `no group has the object id ${value}`
              : `the policy names the group ${value}; tokens carry object ids`,
          mend:
            byName === undefined
              ? "write the group's object id, as the directory has it"
              : `write ${byName.id} in place of ${byName.displayName}`,
          policy: place,
        },
      ]
    return apis
      .filter(app => app.groupMembershipClaims.includes('ApplicationGroup') && !app.assignedGroups.includes(group.id))
      .map(app => ({
        severity: 'error',
        code: 'group.unassigned',
        message: `${app.displayName} emits only groups that are assigned to it (ApplicationGroup), and ${group.displayName} is not`,
        mend: `assign the group ${group.displayName} to ${app.displayName} (appRoleAssignments), or set groupMembershipClaims to SecurityGroup`,
        policy: place,
        ...aboutOf([app]),
      }))
  })
}
