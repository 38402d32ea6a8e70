import type { DirectoryUser } from '../../catalog/directory.ts'
import type { Fields } from '../text/fields.ts'
import { type DirectoryReader, textsThere } from './directory-reader.ts'
import { knownKeys } from './read-applications.ts'

const optionalTexts = [
  'givenName',
  'surname',
  'mail',
  'country',
  'preferredLanguage',
  'onPremisesSamAccountName',
  'onPremisesSecurityIdentifier',
] as const

/** A user, whose password stands in `password` or, as in Graph, in `passwordProfile`. */
export function readUser(fields: Fields, reader: DirectoryReader): DirectoryUser | undefined {
  fields.refuseOthers(knownKeys('user'))
  const userPrincipalName = fields.requiredText('userPrincipalName')
  const profile = fields.fields('passwordProfile')
  profile?.refuseOthers(knownKeys('passwordProfile'))
  const password = profile?.text('password') ?? fields.requiredText('password')
  if (userPrincipalName === undefined) return undefined
  if (!/^[^@\s]+@[^@\s]+$/.test(userPrincipalName)) {
    reader.report.error(fields.at('userPrincipalName'), 'value.format', `'${userPrincipalName}' should be name@domain`)
  }
  reader.unique('userPrincipalName', userPrincipalName, fields.at('userPrincipalName'))
  const id = reader.idOf(fields, 'id', 'user', userPrincipalName)
  if (password === undefined) return undefined
  const userType = fields.choice('userType', ['Member', 'Guest'])
  const otherMails = fields.texts('otherMails').map(({ text }) => text)
  const forceChangePasswordNextSignIn = profile?.flag('forceChangePasswordNextSignIn')
  const softwareOathMethods = fields.list('softwareOathMethods').flatMap(method => readOath(method, reader))
  return {
    id,
    userPrincipalName,
    password,
    displayName: fields.text('displayName') ?? userPrincipalName.slice(0, userPrincipalName.indexOf('@')),
    ...textsThere(fields, optionalTexts),
    accountEnabled: fields.flag('accountEnabled') ?? true,
    ...(userType === undefined ? {} : { userType }),
    ...(otherMails.length === 0 ? {} : { otherMails }),
    ...(forceChangePasswordNextSignIn === undefined ? {} : { passwordProfile: { forceChangePasswordNextSignIn } }),
    ...(softwareOathMethods.length === 0 ? {} : { softwareOathMethods }),
  }
}

/** An authenticator app's secret, as apps show it: Base32 (RFC 4648 §6), with or without blanks and padding. */
function readOath(fields: Fields, { report }: DirectoryReader): { secretKey: string }[] {
  fields.refuseOthers(knownKeys('softwareOathMethod'))
  const text = fields.requiredText('secretKey')
  if (text === undefined) return []
  const secretKey = text.toUpperCase().replace(/[\s=]/g, '')
  if (/^[A-Z2-7]{16,128}$/.test(secretKey)) return [{ secretKey }]
  report.error(fields.at('secretKey'), 'value.format', 'the secretKey is not Base32 of at least 80 bits')
  return []
}
