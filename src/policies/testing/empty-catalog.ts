import type { Catalog } from '../../catalog/catalog.ts'

/** A catalog of nothing, to be spread. */
export const emptyCatalog: Catalog = {
  settings: {
    folder: '/workspace',
    gateway: {
      listen: { host: '127.0.0.1', port: 0 },
      workers: 1,
      maxHeaderBytes: 32_768,
      headersTimeout: 30,
      requestTimeout: 300,
      maxBufferedBodyBytes: 1_048_576,
      trustedProxies: [],
      auditOverflow: 'count',
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
    artifacts: '/workspace',
    state: '/workspace/.gatehouse',
    secrets: { refreshInterval: 3600 },
  },
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
}
