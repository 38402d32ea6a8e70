import type { Settings } from '../catalog/settings.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Fields } from './text/fields.ts'

/** `tracing` of gatehouse.yaml. */
export function readTracingSettings(root: Fields | undefined): Settings['tracing'] {
  const tracing = root?.fields('tracing')
  if (tracing === undefined) return undefined
  tracing.refuseOthers(gatehouseKeys.tracing)
  return { roles: tracing.texts('roles').map(({ text }) => text) }
}
