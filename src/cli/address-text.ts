import type { CallAddress } from '../explain/call-address.ts'

/** `/orders/{id}`, or `/orders/{id} (Api-Version: v2)` where the path alone is that of several versions. */
export function addressText({ path, versionHeader }: CallAddress): string {
  return versionHeader === undefined ? path : `${path} (${versionHeader})`
}
