import type { Backend, Certificate } from '../../catalog/catalog.ts'
import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import { textOf } from '../text/text-node.ts'
import { nameIndex, parseResourceId } from './resource-id.ts'

/** What a backend's requests carry; certificates are those of gatehouse.yaml. */
export function credentialsOf(
  credentials: Fields | undefined,
  certificates: readonly Certificate[],
  report: Report,
): Backend['credentials'] {
  if (credentials === undefined) return undefined
  const authorization = credentials.fields('authorization')
  const scheme = authorization?.requiredText('scheme')
  const certificateId = certificateOf(credentials, certificates, report)
  const managedIdentity = managedIdentityOf(credentials.fields('managedIdentity'))
  return {
    header: listsOf(credentials, 'header'),
    query: listsOf(credentials, 'query'),
    ...(scheme === undefined ? {} : { authorization: { scheme, parameter: authorization?.text('parameter') ?? '' } }),
    ...(certificateId === undefined ? {} : { certificateId }),
    ...(managedIdentity === undefined ? {} : { managedIdentity }),
  }
}

function listsOf(credentials: Fields, key: string): Record<string, readonly string[]> {
  const fields = credentials.fields(key)
  const entries = [...(fields?.node.members ?? [])].map(([name, { value }]): [string, readonly string[]] => {
    const single = textOf(value)
    return [name, single === undefined ? (fields?.texts(name).map(item => item.text) ?? []) : [single]]
  })
  return Object.fromEntries(entries)
}

/** `certificateIds` are resource ids, `certificate` thumbprints; a connection shows one, the first. */
function certificateOf(credentials: Fields, certificates: readonly Certificate[], report: Report): string | undefined {
  const index = nameIndex(certificates.map(({ id }) => id))
  const named = [
    ...credentials.texts('certificateIds').map(({ text, at }) => {
      const id = index.find(parseResourceId(text)?.name ?? text)
      return { text, at, held: certificates.find(one => one.id === id) }
    }),
    ...credentials.texts('certificate').map(({ text, at }) => {
      const thumbprint = text.replace(/[^0-9a-z]/gi, '').toUpperCase()
      return { text, at, held: certificates.find(one => one.thumbprint === thumbprint) }
    }),
  ]
  for (const { text, at, held } of named) {
    if (held === undefined) {
      const mend = didYouMean(text, index.names) ?? 'add it with its private key under certificates in gatehouse.yaml'
      report.error(at, 'reference.unknown', `there is no certificate '${text}'`, mend)
    } else if (held.key === undefined) {
      const mend = 'name its file under key, or give a pfx'
      report.error(at, 'value.missing', `the private key of the certificate '${held.id}' is not at hand`, mend)
    }
  }
  const [first, second] = named
  if (second !== undefined && first?.held !== undefined && second.held?.id !== first.held.id) {
    const message = `a connection shows one certificate: '${first.text}' is shown, '${second.text}' is not`
    report.warning(second.at, 'backend.unsupported', message, 'name the one that the backend knows')
  }
  return first?.held?.id
}

function managedIdentityOf(identity: Fields | undefined): NonNullable<Backend['credentials']>['managedIdentity'] {
  const resource = identity?.requiredText('resource')
  if (identity === undefined || resource === undefined) return undefined
  const clientId = identity.text('clientId')
  return clientId === undefined || clientId.trim() === '' ? { resource } : { resource, clientId }
}

/** `properties.proxy`; undefined when there is none, or after a fault. */
export function proxyOf(proxy: Fields | undefined, report: Report): Backend['proxy'] {
  const url = proxy?.requiredText('url')
  if (proxy === undefined || url === undefined) return undefined
  if (!url.includes('{{') && !/^http:\/\/[^/]/i.test(url)) {
    report.error(proxy.at('url'), 'value.format', `'${url}' is not the address of an HTTP proxy`, 'write http://host:port')
    return undefined
  }
  const [username, password] = [proxy.text('username'), proxy.text('password')]
  return { url, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) }
}
