import type { Api, Operation } from '../../catalog/catalog.ts'
import type { DirectoryDocument } from '../../catalog/directory.ts'
import { pathOf } from '../artifacts/apis.ts'
import { isAddress } from '../artifacts/backends.ts'
import type { Environment } from '../environment.ts'
import type { WorkspaceFiles } from '../folder.ts'
import { gatehouseKeys } from '../known-keys.ts'
import type { Report } from '../report.ts'
import { readSpecification } from '../specification/read-specification.ts'
import { type Fields, fieldsOf } from '../text/fields.ts'
import { memberOf, textOf } from '../text/text-node.ts'
import { within } from '../within.ts'
import { operationPolicy, type TokenRule, tokenPolicy } from './access-policy.ts'
import { applicationOf, readAccess } from './access-rules.ts'

/** What a product needs to know of an API that it holds. */
export interface HeldApi {
  readonly api: Api
  /** Audiences of its tokens, all that are meant by those that are written. */
  readonly audiences: readonly string[]
}

export interface ShortForm {
  /** gatehouse.yaml. */
  readonly file: string
  readonly folder: string
  readonly apis: Fields | undefined
  readonly tenant: string | undefined
  readonly directory: DirectoryDocument | undefined
  readonly environment: Environment
  readonly files: WorkspaceFiles
  readonly report: Report
}

/**
 * Reads `apis:` of gatehouse.yaml. Each becomes an API like any other: operations from its OpenAPI document, and policies that check
 * the token and, operation by operation, who may call. With `access`, what no entry names is denied.
 */
export async function readShortForm(form: ShortForm): Promise<readonly HeldApi[]> {
  const apis: HeldApi[] = []
  for (const name of form.apis?.node.members.keys() ?? []) {
    const fields = form.apis?.fields(name)
    if (fields !== undefined) apis.push({ api: await apiOf(form, name, fields), audiences: audiencesIn(form, fields) })
  }
  return apis
}

async function apiOf(form: ShortForm, name: string, fields: Fields): Promise<Api> {
  fields.refuseOthers(gatehouseKeys.api)
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,79}$/.test(name)) {
    form.report.error(fields.node.at, 'value.format', `'${name}' cannot be the name of an API`, 'use letters, digits and dashes')
  }
  const serviceUrl = environmentBackend(form, name) ?? backendOf(fields, form.report)
  const operations = await operationsOf(form, fields)
  return {
    name,
    displayName: fields.text('displayName') ?? name,
    path: pathOf(fields.text('path') ?? name),
    type: 'http',
    revision: '1',
    isCurrent: true,
    protocols: ['http', 'https'],
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
    subscriptionRequired: fields.flag('subscriptionRequired') ?? false,
    subscriptionKeyNames: { header: 'Ocp-Apim-Subscription-Key', query: 'subscription-key' },
    ...guarded(form, fields, operations),
    tags: [],
    file: form.file,
  }
}

function backendOf(fields: Fields, report: Report): string | undefined {
  const backend = fields.requiredText('backend')
  if (backend !== undefined && !isAddress(backend)) {
    report.error(
      fields.at('backend'),
      'value.format',
      `'${backend}' is not the address of a backend`,
      'write http://host:port/path',
    )
  }
  return backend
}

/** Of what an environment can say of an API, the short form takes the one thing that differs between environments. */
function environmentBackend({ environment, report }: ShortForm, name: string): string | undefined {
  const properties = memberOf(environment.entry('apis', name), 'properties')
  if (properties?.kind !== 'object') return undefined
  const fields = fieldsOf(properties, report)
  fields.refuseOthers(['serviceUrl'])
  const serviceUrl = fields.text('serviceUrl')
  if (serviceUrl !== undefined && !isAddress(serviceUrl)) {
    report.error(fields.at('serviceUrl'), 'value.format', `'${serviceUrl}' is not the address of a service`)
  }
  return serviceUrl
}

async function operationsOf({ folder, files, report }: ShortForm, fields: Fields): Promise<readonly Operation[]> {
  const named = fields.requiredText('openapi')
  if (named === undefined) return []
  const path = within(folder, named)
  const faults = report.diagnostics.length
  const root = await files.object(path)
  if (root !== undefined) return readSpecification(root, report).map(({ operation }) => operation)
  if (report.diagnostics.length === faults)
    report.error(
      fields.at('openapi'),
      'file.missing',
      `there is nothing in ${path}`,
      'put the specification there, or mend the path',
    )
  return []
}

/** The API's operations with their policies, and its own policy; without audience and access the API is open to all. */
function guarded(form: ShortForm, fields: Fields, operations: readonly Operation[]): Pick<Api, 'operations' | 'policy'> {
  const { report, directory, file } = form
  const access = fields.fields('access')
  const audience = writtenAudience(fields)
  const scopes = fields.texts('requiredScopes').map(item => item.text)
  const allowed = access === undefined ? undefined : readAccess(access, operations, audience, directory, report)
  if (audience.length === 0) {
    if (access === undefined && scopes.length === 0) return { operations }
    report.error(
      fields.node.at,
      'access.audienceMissing',
      "tokens cannot be checked without 'audience'",
      'write the App ID URI, such as audience: api://colors',
    )
  }
  if (form.tenant === undefined) {
    report.error(
      fields.at('audience'),
      'access.tenantMissing',
      'tokens cannot be checked: no tenant is known',
      'write identity: { tenant: … }',
    )
  }
  // Faults were reported above; what is made all the same denies every call, for callers that serve only what is valid.
  const rule: TokenRule = { tenant: form.tenant ?? '', audiences: audiencesOf(audience, directory), scopes }
  return {
    policy: { file, text: tokenPolicy(rule) },
    operations: operations.map(operation => {
      const who = allowed?.get(operation.name)
      return who === undefined ? operation : { ...operation, policy: { file, text: operationPolicy(rule, who) } }
    }),
  }
}

function writtenAudience(fields: Fields): readonly string[] {
  const single = textOf(memberOf(fields.node, 'audience'))
  return single === undefined ? fields.texts('audience').map(item => item.text) : [single]
}

const audiencesIn = ({ directory }: ShortForm, fields: Fields) => audiencesOf(writtenAudience(fields), directory)

/** A version 2 token names the application id where a version 1 token names the App ID URI: both are meant by either. */
function audiencesOf(audience: readonly string[], directory: DirectoryDocument | undefined): readonly string[] {
  const application = applicationOf(audience, directory)
  return [...new Set([...audience, ...(application === undefined ? [] : [application.appId, ...application.identifierUris])])]
}
