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
      countsErrors: true,
      tripDuration: 3_600_000,
      acceptRetryAfter: true,
    },
  ])
})

test('an empty pool, session affinity and a rule by percentage are told', async t => {
  const { faults } = await loadFiles(t, {
    'backends/a/backendInformation.json': backend({
      url: 'https://a.example',
      circuitBreaker: { rules: [{ failureCondition: { percentage: 5, interval: 'PT1M' }, tripDuration: 'PT1M' }] },
    }),
    'backends/empty/backendInformation.json': backend({ pool: { services: [] } }),
    'backends/sticky/backendInformation.json': backend({
      pool: { services: [{ id: '/backends/a' }], sessionAffinity: { sessionId: { source: 'cookie', name: 's' } } },
    }),
  })
  assert.deepEqual(
    faults.map(fault => fault.replace(/:\d+:\d+/, '')),
    [
      'backends/a/backendInformation.json warning backend.unsupported',
      'backends/empty/backendInformation.json error value.missing',
      'backends/sticky/backendInformation.json error backend.unsupported',
    ],
  )
})
