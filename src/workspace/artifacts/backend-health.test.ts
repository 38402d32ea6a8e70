import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadFiles } from '../testing/temporary-workspace.ts'

const backend = (properties: Record<string, unknown>) => JSON.stringify({ properties })

test('a pool has its members with priority and weight, and stands for the first one’s address', async t => {
  const { catalog, faults } = await loadFiles(t, {
    'backends/a/backendInformation.json': backend({ url: 'https://a.example' }),
    'backends/b/backendInformation.json': backend({ url: 'https://b.example' }),
    'backends/all/backendInformation.json': backend({
      type: 'Pool',
      url: 'http://ignored.example',
      pool: {
        services: [
          {
            id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/x/backends/B',
            priority: 2,
            weight: 3,
          },
          { id: '/backends/a' },
        ],
      },
    }),
  })
  assert.deepEqual(faults, [])
  const pool = catalog.backends.find(one => one.name === 'all')
  assert.equal(pool?.url, 'https://b.example')
  assert.deepEqual(pool?.pool, [
    { backend: 'b', priority: 2, weight: 3 },
    { backend: 'a', priority: 1, weight: 1 },
  ])
})

test('a circuit breaker’s rules are read as templates write them, numbers as texts too', async t => {
  const { catalog, faults } = await loadFiles(t, {
    'backends/a/backendInformation.json': backend({
      url: 'https://a.example',
      circuitBreaker: {
        rules: [
          {
            name: 'mine',
            failureCondition: {
              count: '3',
              errorReasons: ['Server errors'],
              interval: 'P1DT1M',
              statusCodeRanges: [{ min: '500', max: 599 }],
            },
            tripDuration: 'PT1H',
            acceptRetryAfter: true,
          },
        ],
      },
    }),
  })
  assert.deepEqual(faults, [])
  assert.deepEqual(catalog.backends[0]?.circuitBreaker, [
    {
      name: 'mine',
      count: 3,
      interval: 86_460_000,
      statusCodes: [{ min: 500, max: 599 }],
      errorReasons: 'any',
      tripDuration: 3_600_000,
      acceptRetryAfter: true,
    },
  ])
})

test('rules may go by percentage, and by the failures that API Management names', async t => {
  const rule = (failureCondition: object) => ({
    failureCondition: { interval: 'PT1M', ...failureCondition },
    tripDuration: 'PT1M',
  })
  const rules = [
    rule({ percentage: 25 }),
    rule({ count: 2, percentage: '50', errorReasons: ['timeout', 'BackendConnectionFailure'] }),
    rule({ percentage: 101 }),
    rule({ errorReasons: ['Timeout'] }),
  ]
  const { catalog, faults } = await loadFiles(t, {
    'backends/a/backendInformation.json': backend({ url: 'https://a.example', circuitBreaker: { rules } }),
  })
  assert.deepEqual(
    catalog.backends[0]?.circuitBreaker?.map(({ count, percentage, errorReasons }) => ({ count, percentage, errorReasons })),
    [
      { count: undefined, percentage: 25, errorReasons: [] },
      { count: 2, percentage: 50, errorReasons: ['Timeout', 'BackendConnectionFailure'] },
    ],
  )
  assert.deepEqual(
    faults.map(fault => fault.replace(/:\d+:\d+/, '')),
    Array.from({ length: 2 }, () => 'backends/a/backendInformation.json warning backend.unsupported'),
  )
})

test('a pool may keep sessions by a cookie; without members, or with a cookie that cannot be, it is told', async t => {
  const sticky = (sessionId: object) => backend({ pool: { services: [{ id: '/backends/a' }], sessionAffinity: { sessionId } } })
  const { catalog, faults } = await loadFiles(t, {
    'backends/a/backendInformation.json': backend({ url: 'https://a.example' }),
    'backends/empty/backendInformation.json': backend({ pool: { services: [] } }),
    'backends/sticky/backendInformation.json': sticky({ source: 'Cookie', name: 'SessionId' }),
    'backends/spaced/backendInformation.json': sticky({ source: 'cookie', name: 'a b' }),
    'backends/header/backendInformation.json': sticky({ source: 'header', name: 'a' }),
  })
  assert.deepEqual(catalog.backends.find(({ name }) => name === 'sticky')?.sessionAffinity, { cookie: 'SessionId' })
  assert.deepEqual(faults.map(fault => fault.replace(/:\d+:\d+/, '')).sort(), [
    'backends/empty/backendInformation.json error value.missing',
    'backends/header/backendInformation.json error value.choice',
    'backends/spaced/backendInformation.json error value.format',
  ])
})
