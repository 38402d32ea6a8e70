import type { Api, Catalog, Operation } from '../../catalog/catalog.ts'
import type { Settings } from '../../catalog/settings.ts'
import { emptyCatalog } from '../../policies/testing/empty-catalog.ts'

/** Small catalogs for tests: everything that a test does not care about is filled in. */
export function operation(name: string, method: string, urlTemplate: string, more: Partial<Operation> = {}): Operation {
  return { name, displayName: name, method, urlTemplate, responses: [], ...more }
}

export function api(name: string, path: string, operations: readonly Operation[], more: Partial<Api> = {}): Api {
  return {
    name,
    displayName: name,
    path,
    type: 'http',
    revision: '1',
    isCurrent: true,
    protocols: ['http'],
    subscriptionRequired: false,
    subscriptionKeyNames: { header: 'Ocp-Apim-Subscription-Key', query: 'subscription-key' },
    operations,
    tags: [],
    file: `apis/${name}/apiInformation.json`,
    ...more,
  }
}

export function settings(folder: string, gateway: Partial<Settings['gateway']> = {}): Settings {
  const { settings: plain } = emptyCatalog
  return { ...plain, folder, gateway: { ...plain.gateway, ...gateway }, artifacts: folder, state: folder }
}

export function catalog(folder: string, parts: Partial<Catalog> = {}): Catalog {
  return { ...emptyCatalog, settings: settings(folder), ...parts }
}
