import type { Catalog } from '../../../catalog/catalog.ts'
import type { LintSettings } from '../../../catalog/settings.ts'
import { api, catalog, operation } from '../../../gateway/testing/catalog.ts'
import { lintWorkspace } from '../lint.ts'

export const token =
  '<validate-azure-ad-token tenant-id="contoso.com"><audiences><audience>api://x</audience></audiences></validate-azure-ad-token>'
export const deny = '<return-response><set-status code="403" reason="No" /></return-response>'

/** One API with one operation, each with its policy. */
export function workspace(apiPolicy: string, operationPolicy: string, lint?: LintSettings): Catalog {
  const list = operation('list', 'GET', '/list', {
    policy: { file: '/w/apis/orders/operations/list/policy.xml', text: operationPolicy },
  })
  const orders = api('orders', 'orders', [list], { policy: { file: '/w/apis/orders/policy.xml', text: apiPolicy } })
  const made = catalog('/w', { apis: [orders] })
  return lint === undefined ? made : { ...made, settings: { ...made.settings, lint } }
}

/** Codes, files and lines of what is found. */
export const inChain = (given: Catalog) =>
  lintWorkspace(given).map(({ code, file, line }) => `${code.slice(5)} ${file.slice(3)}:${line}`)
export const inbound = (...lines: readonly string[]) => `<policies>\n<inbound>\n${lines.join('\n')}\n</inbound>\n</policies>`
