import type { MoodyBackend } from './moody-backend.ts'
import type { ReasonCase } from './reason-case.ts'

const apiFile = (name: string, serviceUrl: string) => ({
  [`apis/${name}/apiInformation.json`]: JSON.stringify({
    properties: { path: name, displayName: name, protocols: ['http'], serviceUrl, subscriptionRequired: false },
  }),
})
const notReached = /^The backend could not be reached or broke the connection off\.$/
const paths = (path: string) => ({ [path]: { get: { operationId: 'get', responses: { 200: { description: 'fine' } } } } })
const notAsked = 'the backend of an explanation answers an empty 200'

/** What backends do, and what is done to spare them. */
export const backendCases = (backend: MoodyBackend): readonly ReasonCase[] => [
  {
    code: 'backend.unreachable',
    api: { serviceUrl: 'http://127.0.0.1:1' },
    status: 500,
    message: notReached,
    decidedBy: 'forward-request',
    received: /ECONNREFUSED/,
    mend: /Whoever runs the backend at http:\/\/127\.0\.0\.1:1 sees that the backend runs, and the API’s publisher that its address is right \(.*ECONNREFUSED/,
    notAsked,
    mended: { files: name => apiFile(name, 'BACKEND') },
  },
  {
    code: 'backend.timeout',
    api: { serviceUrl: backend.address },
    paths: paths('/slow'),
    policy: { backend: '<forward-request timeout="1" />' },
    send: { path: '/slow' },
    status: 504,
    message: /^The backend did not answer in time\.$/,
    decidedBy: 'forward-request',
    mend: /makes the backend faster, or the API’s publisher raises forward-request timeout/,
    notAsked,
    mended: { policy: { backend: '<forward-request timeout="30" />' } },
  },
  {
    code: 'backend.reset',
    api: { serviceUrl: backend.address },
    paths: paths('/reset'),
    send: { path: '/reset' },
    status: 502,
    message: notReached,
    decidedBy: 'forward-request',
    mend: /looks at the backend’s logs: it broke the connection off/,
    notAsked,
    mended: { until: async () => backend.mend() },
  },
  {
    code: 'backend.response',
    api: { serviceUrl: backend.address },
    paths: paths('/failing'),
    policy: { backend: '<forward-request fail-on-error-status-code="true" />' },
    send: { path: '/failing' },
    status: 500,
    message: notReached,
    decidedBy: 'forward-request',
    received: /^the backend answered 500$/,
    mend: /looks at the backend’s logs \(the backend answered 500\)/,
    notAsked,
    mended: { until: async () => backend.mend() },
  },
  {
    code: 'backend.missing',
    api: { serviceUrl: undefined },
    status: 500,
    message: notReached,
    decidedBy: 'forward-request',
    mend: /publisher sets serviceUrl of the API backend-missing-4, or a backend by set-backend-service/,
    mended: { files: name => apiFile(name, 'BACKEND') },
  },
  {
    code: 'backend.tripped',
    files: () => ({
      'backends/shaky/backendInformation.json': JSON.stringify({
        properties: {
          url: backend.address,
          protocol: 'http',
          circuitBreaker: {
            rules: [
              {
                name: 'one',
                failureCondition: { count: 1, interval: 'PT1M', statusCodeRanges: [{ min: 500, max: 599 }] },
                tripDuration: 'PT1S',
              },
            ],
          },
        },
      }),
    }),
    paths: paths('/failing'),
    policy: { inbound: '<set-backend-service backend-id="shaky" />' },
    send: { path: '/failing' },
    before: 1,
    status: 503,
    message: /^The backend is not available at the moment\.$/,
    answers: { 'retry-after': /^1$/ },
    mend: /mends the backend; calls reach it again when the trip’s time is over/,
    notAsked,
    decidedBy: 'forward-request',
    mended: {
      async until() {
        backend.mend()
        await new Promise(resolve => setTimeout(resolve, 1000))
      },
    },
  },
  {
    code: 'concurrency.exceeded',
    api: { serviceUrl: backend.address },
    paths: paths('/held'),
    policy: { backend: '<limit-concurrency key="all" max-count="1"><forward-request /></limit-concurrency>' },
    // the one that holds the place
    async send(stage) {
      void fetch(`${stage.gatehouse.gateway}/concurrency-exceeded-6/held`).catch(() => {})
      await backend.asked('/held')
      return { path: '/held' }
    },
    status: 429,
    message: /^Concurrency limit is exceeded\.$/,
    decidedBy: 'limit-concurrency',
    expected: /^at most 1 at a time$/,
    received: /^one more$/,
    mend: /The caller calls again when others have ended \(at most 1 at a time\), or the API’s publisher raises max-count of limit-concurrency at .*:7/,
    notAsked: 'an explanation runs one call alone',
    mended: {
      send: { path: '/held' },
      async until(stage) {
        backend.mend()
        backend.release()
        await stage.recordThat(({ path, reason }) => path.endsWith('/held') && reason === 'allowed')
      },
    },
  },
]
