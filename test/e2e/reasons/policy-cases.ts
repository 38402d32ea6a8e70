import type { ReasonCase } from './reason-case.ts'
import type { Stage } from './stage.ts'

const perKey = (policy: string, calls: number, period: number) =>
  `<${policy} calls="${calls}" renewal-period="${period}" counter-key="@(context.Api.Path)" />`
const bodyPaths = {
  '/x': {
    post: {
      operationId: 'post',
      requestBody: {
        content: {
          'application/json': {
            schema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
          },
        },
      },
      responses: { 200: { description: 'fine' } },
    },
  },
}
const json = { 'content-type': 'application/json' }
const noBody = 'an explanation has no body'

/** What policies decide without a token, and what is decided before any. */
export const policyCases: readonly ReasonCase[] = [
  { code: 'allowed', status: 200, mend: '' },
  {
    code: 'policy.returned-response',
    policy: { inbound: '<return-response><set-status code="403" reason="No" /></return-response>' },
    status: 403,
    decidedBy: 'return-response',
    mend: /publisher looks at the condition around return-response at apis\/policy-returned-response-1\/policy\.xml:4, which answered 403/,
    mended: { policy: {} },
  },
  {
    code: 'policy.mocked',
    policy: { inbound: '<mock-response status-code="200" />' },
    status: 200,
    decision: 'allowed',
    decidedBy: 'mock-response',
    mend: '',
  },
  {
    code: 'cache.hit',
    policy: { inbound: '<cache-lookup />', outbound: '<cache-store duration="60" />' },
    before: 1,
    status: 200,
    decision: 'allowed',
    decidedBy: 'cache-lookup',
    mend: '',
    notAsked: 'the cache of an explanation begins empty',
  },
  {
    code: 'route.no-api',
    send: { url: '/nowhere/x' },
    status: 404,
    message: /^Resource not found$/,
    mend: /The caller mends the URL: APIs are at \//,
    mended: { send: {} },
  },
  {
    code: 'route.no-operation',
    send: { path: '/y' },
    status: 404,
    message: /^Resource not found$/,
    mend: /The API route-no-operation-5 has GET \/route-no-operation-5\/x, POST \/route-no-operation-5\/x: the caller mends the call, or the API’s publisher adds GET/,
    mended: { send: {} },
  },
  {
    code: 'route.not-served',
    api: { type: 'graphql' },
    send: { method: 'POST' },
    status: 501,
    message: /^This API is not served here yet: GraphQL APIs are not served yet$/,
    received: /./,
    mend: /Call it in Azure: the API route-not-served-6 is not served here \(/,
    mended: {
      files: name => ({
        [`apis/${name}/apiInformation.json`]: JSON.stringify({
          properties: { path: name, displayName: name, protocols: ['http'], serviceUrl: 'BACKEND', subscriptionRequired: false },
        }),
      }),
    },
  },
  {
    code: 'cors.preflight',
    policy: {
      inbound:
        '<cors><allowed-origins><origin>https://page.example</origin></allowed-origins><allowed-methods><method>GET</method></allowed-methods></cors>',
    },
    send: { method: 'OPTIONS', headers: { origin: 'https://page.example', 'access-control-request-method': 'GET' } },
    status: 200,
    decision: 'allowed',
    answers: { 'access-control-allow-origin': /^https:\/\/page\.example$/ },
    mend: '',
  },
  {
    code: 'cors.origin',
    policy: { inbound: '<cors><allowed-origins><origin>https://other.example</origin></allowed-origins></cors>' },
    send: { method: 'OPTIONS', headers: { origin: 'https://page.example', 'access-control-request-method': 'GET' } },
    status: 200,
    decision: 'refused',
    mend: /publisher adds the page’s origin, method and headers to the cors policy of the API cors-origin-8/,
    mended: {
      policy: { inbound: '<cors><allowed-origins><origin>https://page.example</origin></allowed-origins></cors>' },
      reason: 'cors.preflight',
    },
  },
  {
    code: 'ip.not-allowed',
    policy: { inbound: '<ip-filter action="allow"><address>203.0.113.7</address></ip-filter>' },
    status: 403,
    message: /^Forbidden$/,
    decidedBy: 'ip-filter',
    expected: /one of the addresses/,
    received: /^127\.0\.0\.1$/,
    mend: /publisher lets the address 127\.0\.0\.1 through at ip-filter at apis\/ip-not-allowed-9\/policy\.xml:4/,
    mended: {
      policy: { inbound: '<ip-filter action="allow"><address>203.0.113.7</address><address>127.0.0.1</address></ip-filter>' },
    },
  },
  {
    code: 'header.missing',
    policy: {
      inbound:
        '<check-header name="X-Team" failed-check-httpcode="401" failed-check-error-message="Which team?" ignore-case="true"><value>red</value></check-header>',
    },
    status: 401,
    message: /^Which team\?$/,
    decidedBy: 'check-header',
    expected: /^X-Team$/,
    received: /^not sent$/,
    mend: /The caller sends the header X-Team, which check-header at .*policy\.xml:4 asks for/,
    mended: { send: { headers: { 'X-Team': 'red' } } },
  },
  {
    code: 'header.not-allowed',
    policy: {
      inbound:
        '<check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="Not this one." ignore-case="true"><value>red</value></check-header>',
    },
    send: { headers: { 'X-Team': 'blue' } },
    status: 403,
    message: /^Not this one\.$/,
    decidedBy: 'check-header',
    expected: /^X-Team$/,
    received: /^another value$/,
    mend: /The caller sends the header X-Team with a value that check-header at .*:4 lists/,
    mended: { send: { headers: { 'X-Team': 'RED' } } },
  },
  {
    code: 'request.not-valid',
    policy: {
      inbound:
        '<validate-content unspecified-content-type-action="prevent" max-size="1024" size-exceeded-action="prevent"><content type="application/json" validate-as="json" action="prevent" /></validate-content>',
    },
    paths: bodyPaths,
    send: { method: 'POST', headers: json, body: '{"other":1}' },
    status: 400,
    message:
      /^Body of the request does not conform to the definition, .* must have required property 'name'\. Line: 1, Position: 1$/,
    decidedBy: 'validate-content',
    received: /name/,
    mend: /The caller mends the call: .*name/,
    notAsked: noBody,
    mended: { send: { method: 'POST', headers: json, body: '{"name":"a"}' } },
  },
  {
    code: 'response.not-valid',
    policy: { outbound: '<validate-status-code unspecified-status-code-action="prevent" />' },
    paths: { '/x': { get: { operationId: 'get', responses: { 201: { description: 'made' } } } } },
    status: 502,
    message: /^The request could not be processed due to an internal error\. Contact the API owner\.$/,
    decidedBy: 'validate-status-code',
    received: /200/,
    mend: /Whoever runs the backend mends its answer, or the API’s publisher the specification: .*200/,
    mended: {
      files: name => ({
        [`apis/${name}/specification.json`]: JSON.stringify({
          openapi: '3.0.1',
          info: { title: name, version: '1' },
          paths: { '/x': { get: { operationId: 'get', responses: { 200: { description: 'fine' } } } } },
        }),
      }),
    },
  },
  {
    code: 'rate.exceeded',
    policy: { inbound: perKey('rate-limit-by-key', 2, 2) },
    before: 2,
    status: 429,
    message: /^Rate limit is exceeded\. Try again in [1-3] seconds\.$/,
    answers: { 'retry-after': /^[1-3]$/ },
    decidedBy: 'rate-limit-by-key',
    expected: /^at most 2 calls in 2 seconds$/,
    received: /again in [1-3] s$/,
    mend: /The caller waits until 2\d{3}-.*Z \(at most 2 calls in 2 seconds\), or the API’s publisher raises it at rate-limit-by-key at .*:4/,
    notAsked: 'the counters of an explanation begin empty',
    mended: { until: stage => whenOver(stage, 'rate.exceeded') },
  },
  {
    code: 'quota.exceeded',
    policy: { inbound: perKey('quota-by-key', 1, 3600) },
    before: 1,
    status: 403,
    message: /^Out of call volume quota\. Quota will be replenished in 00:/,
    answers: { 'retry-after': /^\d+$/ },
    decidedBy: 'quota-by-key',
    expected: /^room in the call volume quota$/,
    received: /room again in \d+ s$/,
    mend: /The caller waits until 2\d{3}-.*Z \(room in the call volume quota\), or the API’s publisher raises it at quota-by-key at .*:4/,
    notAsked: 'the counters of an explanation begin empty',
    mended: { policy: { inbound: perKey('quota-by-key', 100, 3600) } },
  },
  {
    code: 'policy.expression',
    policy: {
      inbound:
        '<set-header name="X-Whole" exists-action="override"><value>@(int.Parse(context.Request.Url.Query.GetValueOrDefault("n", "x")).ToString())</value></set-header>',
    },
    status: 500,
    message: /^Internal server error$/,
    decidedBy: 'set-header',
    received: /^System\.FormatException$/,
    mend: /publisher mends the expression of set-header at .*:4: System\.FormatException/,
    mended: { send: { path: '/x?n=1' } },
  },
  {
    code: 'policy.budget',
    policy: { inbound: '<set-variable name="n" value="@{ var n = 0; while (true) { n++; } return n; }" />' },
    status: 500,
    message: /^Internal server error$/,
    decidedBy: 'set-variable',
    mend: /publisher looks for an endless loop in set-variable at .*:4/,
    mended: { policy: { inbound: '<set-variable name="n" value="@{ var n = 0; while (n &lt; 9) { n++; } return n; }" />' } },
  },
  {
    code: 'policy.failed',
    policy: {
      inbound:
        '<xsl-transform><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><a /></xsl:template></xsl:stylesheet></xsl-transform>',
    },
    send: { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'no XML' },
    status: 500,
    message: /^Internal server error$/,
    decidedBy: 'xsl-transform',
    received: /./,
    mend: /publisher mends xsl-transform at .*:4: ./,
    notAsked: noBody,
    mended: { send: { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<b />' } },
  },
  {
    code: 'request.body-too-large',
    policy: { inbound: '<set-variable name="b" value="@(context.Request.Body.As&lt;string&gt;().Length)" />' },
    send: { method: 'POST', body: 'x'.repeat(3000) },
    status: 413,
    message: /^The request body is too large\.$/,
    decidedBy: 'set-variable',
    expected: /^at most 2048 bytes$/,
    mend: /The caller sends less \(at most 2048 bytes\)/,
    notAsked: noBody,
    mended: { send: { method: 'POST', body: 'x' } },
  },
  {
    code: 'response.body-too-large',
    policy: { outbound: '<set-variable name="b" value="@(context.Response.Body.As&lt;string&gt;().Length)" />' },
    // the backend echoes it
    send: { method: 'POST', body: 'x'.repeat(300_000) },
    status: 502,
    message: /^The response of the backend is too large\.$/,
    decidedBy: 'set-variable',
    expected: /^at most 2048 bytes$/,
    mend: /raises maxBufferedBodyBytes, or the API’s publisher does not read the response’s body at set-variable at .*:9/,
    notAsked: noBody,
    mended: { policy: {} },
  },
]

/** Until the limit of that reason's record is over, as `explain` says it. */
async function whenOver(stage: Stage, reason: string): Promise<void> {
  const { requestId } = await stage.recordThat(record => record.reason === reason)
  const { mend } = await stage.explain(['--request-id', requestId])
  const until = Date.parse(/waits until (\S+)/.exec(mend)?.[1] ?? '')
  await new Promise(resolve => setTimeout(resolve, Math.max(0, until - Date.now())))
}
