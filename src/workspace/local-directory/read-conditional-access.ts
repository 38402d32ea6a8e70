import type { BuiltInControl, ConditionalAccessPolicy, DirectoryApplication } from '../../catalog/directory.ts'
import { didYouMean } from '../near-names.ts'
import type { Fields } from '../text/fields.ts'
import type { DirectoryReader } from './directory-reader.ts'
import { microsoftGraph } from './microsoft-graph.ts'
import type { FindPrincipal } from './principals.ts'
import { knownKeys } from './read-applications.ts'

type Conditions = ConditionalAccessPolicy['conditions']

/** What names in a policy are resolved with. */
export interface PolicyNames {
  readonly find: FindPrincipal
  readonly applications: readonly DirectoryApplication[]
}

/** One of `conditionalAccessPolicies`. A control that is not known is a fault: a policy that silently demands less would be none. */
export function readConditionalAccess(
  fields: Fields,
  names: PolicyNames,
  reader: DirectoryReader,
): ConditionalAccessPolicy | undefined {
  fields.refuseOthers(knownKeys('conditionalAccessPolicy'))
  const displayName = fields.requiredText('displayName')
  if (displayName === undefined) return undefined
  const conditions = fields.fields('conditions')
  conditions?.refuseOthers(knownKeys('conditions'))
  const grantControls = readGrantControls(fields.fields('grantControls'), reader)
  const sessionControls = readSessionControls(fields.fields('sessionControls'))
  return {
    id: reader.idOf(fields, 'id', 'conditionalAccessPolicy', displayName),
    displayName,
    state: fields.choice('state', ['enabled', 'disabled', 'enabledForReportingButNotEnforced']) ?? 'enabled',
    conditions: {
      users: readUsers(conditions?.fields('users'), names.find),
      applications: readApplications(conditions?.fields('applications'), names.applications, reader),
    },
    ...(grantControls === undefined ? {} : { grantControls }),
    ...(sessionControls === undefined ? {} : { sessionControls }),
  }
}

const wholeUsers = ['All', 'None', 'GuestsOrExternalUsers']

function readUsers(fields: Fields | undefined, find: FindPrincipal): Conditions['users'] {
  fields?.refuseOthers(knownKeys('conditionUsers'))
  const idsOf = (key: string) =>
    (fields?.texts(key) ?? []).flatMap(({ text, at }) => (wholeUsers.includes(text) ? text : (find(text, at)?.principalId ?? [])))
  return {
    includeUsers: idsOf('includeUsers'),
    excludeUsers: idsOf('excludeUsers'),
    includeGroups: idsOf('includeGroups'),
    excludeGroups: idsOf('excludeGroups'),
  }
}

function readApplications(
  fields: Fields | undefined,
  applications: readonly DirectoryApplication[],
  { report }: DirectoryReader,
): Conditions['applications'] {
  fields?.refuseOthers(knownKeys('conditionApplications'))
  const known = [...applications, microsoftGraph]
  const appIdsOf = (key: string) =>
    (fields?.texts(key) ?? []).flatMap(({ text, at }) => {
      if (text === 'All' || text === 'None') return text
      const found = known.find(one => one.appId === text.toLowerCase() || one.displayName.toLowerCase() === text.toLowerCase())
      if (found === undefined) {
        const near = didYouMean(
          text,
          known.map(one => one.displayName),
        )
        report.error(at, 'reference.unknown', `no application is called '${text}'`, near)
      }
      return found?.appId ?? []
    })
  const contexts = (fields?.texts('includeAuthenticationContextClassReferences') ?? []).flatMap(({ text, at }) => {
    if (/^c([1-9]|1\d|2[0-5])$/i.test(text)) return text.toLowerCase()
    report.error(at, 'value.choice', `'${text}' is not an authentication context`, 'there are c1 to c25')
    return []
  })
  return {
    includeApplications: appIdsOf('includeApplications'),
    excludeApplications: appIdsOf('excludeApplications'),
    includeAuthenticationContextClassReferences: contexts,
  }
}

const controls: readonly BuiltInControl[] = ['block', 'mfa', 'compliantDevice', 'domainJoinedDevice']

function readGrantControls(
  fields: Fields | undefined,
  { report }: DirectoryReader,
): ConditionalAccessPolicy['grantControls'] | undefined {
  if (fields === undefined) return undefined
  fields.refuseOthers(knownKeys('grantControls'))
  const builtInControls = fields.texts('builtInControls').flatMap(({ text, at }) => {
    const control = controls.find(one => one.toLowerCase() === text.toLowerCase())
    if (control === undefined)
      report.error(at, 'value.choice', `'${text}' is not a control that can be demanded here`, `there are ${controls.join(', ')}`)
    return control ?? []
  })
  return {
    operator: fields.choice('operator', ['AND', 'OR']) ?? 'OR',
    builtInControls,
    customAuthenticationFactors: fields.texts('customAuthenticationFactors').map(({ text }) => text),
  }
}

const unitSeconds = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 } as const

function readSessionControls(fields: Fields | undefined): ConditionalAccessPolicy['sessionControls'] | undefined {
  fields?.refuseOthers(knownKeys('sessionControls'))
  const frequency = fields?.fields('signInFrequency')
  if (frequency === undefined) return undefined
  frequency.refuseOthers(knownKeys('signInFrequency'))
  if (frequency.flag('isEnabled') === false) return undefined
  if (frequency.choice('frequencyInterval', ['timeBased', 'everyTime']) === 'everyTime') return { signInFrequency: 0 }
  const unit = frequency.choice('type', ['days', 'hours', 'minutes', 'seconds'])
  const value = frequency.whole('value', { min: 1, max: 365 * 86_400 })
  return unit === undefined || value === undefined ? undefined : { signInFrequency: value * unitSeconds[unit] }
}
