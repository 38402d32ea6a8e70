import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MadeCall } from '../testing/make-call.ts'
import { runPolicies } from '../testing/run-policies.ts'

const call: MadeCall = {
  api: { revision: '2', version: 'v1', subscriptionKeyNames: { header: 'X-Key', query: 'key' } },
  product: { subscriptionsLimit: 3, groups: ['developers'], approvalRequired: true },
  subscription: { expirationDate: '2027-01-01T00:00:00Z' },
  user: { id: 'u1', email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee', groups: [{ id: 'g', name: 'Group' }] },
  request: { headers: { A: ['1', '2'] }, ipAddress: '198.51.100.1' },
}

async function answerTo(expression: string): Promise<unknown> {
  const { outcome, ctx } = await runPolicies({ inbound: `<set-variable name="v" value="@(${expression})" />` }, call)
  return outcome === 'next' ? ctx.variables.get('v') : ctx.lastError?.message
}

const answers: readonly (readonly [expression: string, answer: unknown])[] = [
  ['context.RequestId.ToString()', '11111111-2222-3333-4444-555555555555'],
  ['context.Timestamp.ToString("o")', '2026-01-02T03:04:05.0000000Z'],
  ['context.Elapsed > TimeSpan.Zero || context.Elapsed == TimeSpan.Zero', true],
  ['context.Tracing', false],
  ['context.Api.Path', '/colors'],
  ['context.Api.IsCurrentRevision + context.Api.Revision + context.Api.Version', 'True2v1'],
  ['context.Api.Protocols.Single()', 'https'],
  ['context.Api.ServiceUrl.Host', 'backend.example'],
  ['context.Api.SubscriptionKeyParameterNames.Header + context.Api.SubscriptionKeyParameterNames.Query', 'X-Keykey'],
  ['context.Operation.Id + " " + context.Operation.UrlTemplate', 'get-random /random'],
  ['context.Product.State == ProductState.Published && context.Product.ApprovalRequired', true],
  ['context.Product.SubscriptionLimit.Value', 3],
  ['context.Product.Groups.First().Name', 'developers'],
  ['context.Product.Apis.Single().Name', 'Colors'],
  ['context.Subscription.Id + context.Subscription.PrimaryKey + context.Subscription.SecondaryKey', 'firstp-keys-key'],
  ['context.Subscription.EndDate.Value.Year', 2027],
  ['context.Subscription.StartDate.HasValue', false],
  ['context.User.Groups.Count() + context.User.Email', '1ann@example.com'],
  ['context.User.Identities.Any()', false],
  ['context.Deployment.Gateway.Id + context.Deployment.Gateway.IsManaged', 'managedTrue'],
  ['context.Deployment.Certificates.Count', 0],
  ['context.Request.Certificate == null && context.Request.PrivateEndpointConnection == null', true],
  ['context.Request.Headers.GetValueOrDefault("none", null) == null', true],
  ['context.Request.Headers.GetValueOrDefault("A", new string[0]).Length', 2],
  ['context.Request.Headers.GetValueOrDefault("none", new [] { "x" })[0]', 'x'],
  ['context.Workspace == null && context.GraphQL == null && context.Backend == null', true],
  ['context.Deployment.SustainabilityInfo.CurrentCarbonIntensity == CarbonIntensityCategory.NotAvailable', true],
  ['context.Backend?.Type == BackendType.Pool', false],
  ['(context.Workspace?.Name ?? "none") + (context.GraphQL?.Arguments["id"] ?? "0")', 'none0'],
  ['context.LastError == null', true],
  ['context.Response == null', true],
  ['context.Request.OriginalUrl.Path', '/colors/random'],
]

for (const [expression, answer] of answers) test(expression, async () => assert.equal(await answerTo(expression), answer))

test('context.Trace writes where the trace policy does', async () => {
  const written: string[] = []
  const inbound = '<set-variable name="v" value="@{ context.Trace("seen " + context.Request.Method); return 1; }" />'
  await runPolicies({ inbound }, {}, { log: ({ message, source }) => void written.push(`${source}: ${message}`) })
  assert.deepEqual(written, ['context.Trace: seen GET'])
})

test('on-error sees what went wrong, where, and under which id', async () => {
  const { ctx } = await runPolicies({
    inbound: '<choose><when condition="true"><set-variable id="mine" name="a" value="@(1 / int.Parse("0"))" /></when></choose>',
    'on-error': `<set-variable name="seen" value="@{ var e = context.LastError;
      return string.Join("|", e.Source, e.Reason, e.Message, e.Scope, e.Section, e.Path, e.PolicyId); }" />`,
  })
  const message = 'Expression evaluation failed. Attempted to divide by zero.'
  assert.equal(
    ctx.variables.get('seen'),
    `set-variable|ExpressionValueEvaluationFailure|${message}|api|inbound|choose[1]/when[1]/set-variable[1]|mine`,
  )
})
