import type { Api, Catalog, Operation } from '../../catalog/catalog.ts'
import type { Settings } from '../../catalog/settings.ts'

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
  return {
    folder,
    gateway: {
      listen: { host: '127.0.0.1', port: 0 },
      workers: 1,
      maxHeaderBytes: 32_768,
      headersTimeout: 30,
      requestTimeout: 300,
      maxBufferedBodyBytes: 1_048_576,
      trustedProxies: [],
      auditOverflow: 'count',
      ...gateway,
    },
    portal: { listen: { host: '127.0.0.1', port: 0 } },
    identity: {
      listen: { host: '127.0.0.1', port: 0 },
      exposeDirectory: false,
      codeLifetime: 600,
      deviceCodeLifetime: 900,
      devicePollInterval: 5,
      accessTokenLifetime: 3600,
    },
    artifacts: folder,
    state: folder,
    secrets: { refreshInterval: 3600 },
  }
}

export function catalog(folder: string, parts: Partial<Catalog> = {}): Catalog {
  return {
    settings: settings(folder),
    apis: [],
    products: [],
    subscriptions: [],
    groups: [],
    users: [],
    backends: [],
    namedValues: [],
    fragments: [],
    versionSets: [],
    tags: [],
    certificates: [],
    certificateAuthorities: [],
    notServed: [],
    ...parts,
  }
}
