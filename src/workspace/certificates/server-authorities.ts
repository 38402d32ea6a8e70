import type { Fields } from '../text/fields.ts'
import { within } from '../within.ts'
import type { SettingsReader } from './secret-source.ts'

/** `ca`: a file of PEM certificates that a server's may come from. Undefined when there is none, or after the fault was told. */
export async function readServerAuthorities(
  fields: Fields,
  { folder, files, report }: SettingsReader,
): Promise<string | undefined> {
  const path = fields.text('ca')
  if (path === undefined) return undefined
  const file = within(folder, path)
  const text = await files.text(file)
  if (text?.includes('-----BEGIN CERTIFICATE-----') === true) return text
  report.error(fields.at('ca'), 'value.format', `there are no PEM certificates in ${file}`)
  return undefined
}
