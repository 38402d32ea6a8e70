import { resolve } from 'node:path'
import type { NamedValue, NamedValueSource } from '../catalog/catalog.ts'
import type { SettingsReader } from './certificates/secret-source.ts'
import { gatehouseKeys } from './known-keys.ts'
import { type Fields, fieldsOf } from './text/fields.ts'
import { memberOf } from './text/text-node.ts'
import { parseSecretIdentifier } from './vault-secret.ts'
import { within } from './within.ts'

/** What `namedValues` of gatehouse.yaml gives one named value in place of what its artifact says. */
interface Binding {
  readonly value?: string
  readonly source?: NamedValueSource
  /** Undefined: as the artifact says. */
  readonly secret?: boolean
}

/**
 * The named values with those of gatehouse.yaml's `namedValues` laid over: matched by name or display name, and added when there is none. They
 * have the last word, over an environment's configuration file too.
 */
export async function bindNamedValues(
  artifacts: readonly NamedValue[],
  bindings: Fields | undefined,
  file: string,
  reader: SettingsReader,
): Promise<readonly NamedValue[]> {
  const bound = new Map<NamedValue, NamedValue>()
  const added: NamedValue[] = []
  for (const name of bindings?.node.members.keys() ?? []) {
    const fields = bindings?.fields(name)
    if (fields === undefined) continue
    const binding = await readBinding(fields, reader)
    if (binding === undefined) continue
    const artifact = artifacts.find(one => one.name === name || one.displayName === name)
    if (artifact === undefined) {
      if (isName(name, fields, reader)) added.push({ name, displayName: name, file, ...binding, secret: binding.secret ?? false })
    } else {
      const { value: _value, source: _source, ...rest } = artifact
      bound.set(artifact, { ...rest, ...binding, secret: binding.secret ?? artifact.secret })
    }
  }
  return [...artifacts.map(one => bound.get(one) ?? one), ...added]
}

/** Names that gatehouse.yaml binds: what they lack in the artifacts is no fault. */
export function boundNames(bindings: Fields | undefined): ReadonlySet<string> {
  return new Set(bindings?.node.members.keys())
}

/** What `{{…}}` can name ("Use named values in Azure API Management policies"). */
function isName(name: string, fields: Fields, { report }: SettingsReader): boolean {
  if (/^[\w.-]{1,256}$/.test(name)) return true
  report.error(fields.node.at, 'value.format', `'${name}' cannot be named in a policy`, 'write letters, digits, `.`, `-` and `_`')
  return false
}

const kinds = ['value', 'environment', 'file', 'keyVault'] as const

async function readBinding(fields: Fields, reader: SettingsReader): Promise<Binding | undefined> {
  const { report } = reader
  fields.refuseOthers(gatehouseKeys.namedValue)
  const given = kinds.filter(kind => memberOf(fields.node, kind) !== undefined)
  const [kind] = given
  if (kind === undefined || given.length > 1) {
    report.error(
      fields.node.at,
      'value.missing',
      `this names ${given.length === 0 ? 'no source' : 'several sources'}`,
      `write one of ${kinds.join(', ')}`,
    )
    return undefined
  }
  const secret = fields.flag('secret')
  const found = await readSource(kind, fields, reader)
  if (found === undefined) return undefined
  // what stands elsewhere does so because it is one, unless it is said not to be
  const isSecret = secret ?? (kind === 'value' ? undefined : true)
  return { ...found, ...(isSecret === undefined ? {} : { secret: isSecret }) }
}

/** The value may be missing here: a policy that needs it then says so. */
async function readSource(kind: (typeof kinds)[number], fields: Fields, reader: SettingsReader): Promise<Binding | undefined> {
  const { env, files, folder, report } = reader
  const unresolved = (what: string) =>
    report.warning(fields.at(kind), 'namedValue.unresolved', `this named value has no value here: ${what}`)
  switch (kind) {
    case 'value': {
      const value = fields.text('value')
      return value === undefined ? undefined : { value }
    }
    case 'environment': {
      const name = fields.requiredText('environment')
      if (name === undefined) return undefined
      const value = env[name]
      if (value === undefined) unresolved(`the environment variable ${name} is not set`)
      return value === undefined ? {} : { value }
    }
    case 'file': {
      const path = fields.requiredText('file')
      if (path === undefined) return undefined
      const file = within(folder, path)
      const text = await files.text(file)
      if (text === undefined) unresolved(`the file ${path} is not there`)
      const source = { kind: 'file', path: resolve(file) } as const
      return text === undefined ? { source } : { source, value: withoutLineBreak(text) }
    }
    case 'keyVault': {
      const source = vaultSecretOf(fields, reader)
      return source === undefined ? undefined : { source }
    }
  }
}

/** `keyVault: https://…`, or as the artifact has it: `{ secretIdentifier, identityClientId? }`. */
function vaultSecretOf(fields: Fields, { report }: SettingsReader): NamedValueSource | undefined {
  const node = memberOf(fields.node, 'keyVault')
  const inner = node?.kind === 'object' ? fieldsOf(node, report) : undefined
  inner?.refuseOthers(gatehouseKeys.keyVault)
  const identifier = inner === undefined ? fields.requiredText('keyVault') : inner.requiredText('secretIdentifier')
  if (identifier === undefined) return undefined
  const source = parseSecretIdentifier(identifier, inner?.text('identityClientId'))
  if (source === undefined) {
    const mend = 'write https://NAME.vault.azure.net/secrets/SECRET'
    report.error(fields.at('keyVault'), 'value.format', `'${identifier}' is no secret identifier`, mend)
  }
  return source
}

/** Files of secrets end with a line break more often than not, and their values never mean it. */
export function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '')
}
