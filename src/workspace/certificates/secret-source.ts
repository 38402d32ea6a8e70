import type { WorkspaceFiles } from '../folder.ts'
import { gatehouseKeys } from '../known-keys.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import { memberOf } from '../text/text-node.ts'
import { within } from '../within.ts'

/** What reading files of a workspace's settings needs. */
export interface SettingsReader {
  /** The workspace's folder, as it was named. */
  readonly folder: string
  readonly files: WorkspaceFiles
  readonly env: Readonly<Record<string, string | undefined>>
  readonly report: Report
}

/**
 * A secret that stands elsewhere: `{ environment: NAME }` or `{ file: path }` (without the line's end). Undefined when there is none, or after
 * the fault was told: a secret in the settings themselves is one.
 */
export async function readSecret(fields: Fields, key: string, reader: SettingsReader): Promise<string | undefined> {
  const { report, env, files, folder } = reader
  const written = memberOf(fields.node, key)
  if (written === undefined) return undefined
  if (written.kind !== 'object') {
    report.error(
      written.at,
      'secret.inSettings',
      `'${key}' is a secret, and settings are committed`,
      `say ${key}: { environment: NAME } or { file: path }`,
    )
    return undefined
  }
  const source = fields.fields(key)
  source?.refuseOthers(gatehouseKeys.secret)
  const [name, file] = [source?.text('environment'), source?.text('file')]
  if (name !== undefined) {
    const value = env[name]
    if (value === undefined)
      report.error(
        source?.at('environment') ?? written.at,
        'secret.missing',
        `the environment variable ${name} is not set`,
        `set ${name} where Gatehouse runs`,
      )
    return value
  }
  if (file === undefined) {
    report.error(written.at, 'value.missing', `'${key}' names no source`, 'say environment or file')
    return undefined
  }
  const path = within(folder, file)
  const text = await files.text(path)
  if (text === undefined)
    report.error(source?.at('file') ?? written.at, 'secret.missing', `there is no file ${path}`, 'put it there, or mend the path')
  return text?.replace(/\r?\n$/, '')
}
