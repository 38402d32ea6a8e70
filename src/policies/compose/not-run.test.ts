import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, type Sections } from '../testing/run-policies.ts'
import { judgedOnly, knownPolicies } from './registry.ts'

const faults = (sections: Sections) => faultsOf(sections).map(({ code, line, column }) => `${line}:${column} ${code}`)

test('a policy that does not run is refused at its place, and nothing else is said when it is written well', () => {
  const written = [
    '<azure-openai-emit-token-metric namespace="n"><dimension name="API ID" /><dimension name="IP" value="@(context.Request.IpAddress)" /></azure-openai-emit-token-metric>',
    '<llm-token-limit counter-key="@(context.Subscription.Id)" token-quota="10" token-quota-period="Daily" remaining-quota-tokens-variable-name="r" />',
    '<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="e" embeddings-backend-auth="system-assigned"><vary-by>@(context.Subscription.Id)</vary-by></llm-semantic-cache-lookup>',
    '<llm-content-safety backend-id="b" shield-prompt="true"><categories output-type="EightSeverityLevels"><category name="Hate" threshold="4" /></categories><blocklists><id>x</id></blocklists></llm-content-safety>',
    '<get-authorization-context provider-id="p" authorization-id="a" context-variable-name="auth" identity-type="managed" ignore-error="false" />',
    '<log-to-eventhub logger-id="l" partition-key="@(context.Api.Id)">@( string.Join(",", DateTime.UtcNow, context.RequestId) )</log-to-eventhub>',
    '<publish-to-dapr pubsub-name="orders" topic="new" response-variable-name="r">@(context.Request.Body.As<string>())</publish-to-dapr>',
    '<invoke-dapr-binding name="x" operation="create"><metadata><item key="k">v</item></metadata><data>@(context.Request.Body.As<string>())</data></invoke-dapr-binding>',
    '<validate-client-certificate validate-revocation="true"><identities><identity subject="CN=a" issuer-subject="CN=b" /></identities></validate-client-certificate>',
    '<validate-graphql-request max-size="102400" max-depth="4"><authorize><rule path="/__*" action="reject" /></authorize></validate-graphql-request>',
    '<validate-odata-request default-odata-version="4.01" />',
  ]
  for (const policy of written) assert.deepEqual(faults({ inbound: policy }), ['3:1 policy.unsupported'], policy)
})

test('its attributes, children, section and scope are judged all the same', () => {
  assert.deepEqual(faults({ outbound: '<azure-openai-token-limit counter-key="k" tokens-per-minut="1" />' }), [
    '3:1 policy.wrong-section',
    '3:1 policy.unsupported',
    '3:43 policy.unknown-attribute',
  ])
  assert.deepEqual(faults({ inbound: '<llm-emit-token-metric><dimensoin name="a" /></llm-emit-token-metric>' }), [
    '3:1 policy.missing-child',
    '3:1 policy.unsupported',
    '3:24 policy.wrong-parent',
  ])
  assert.deepEqual(
    faultsOf({ inbound: '<validate-odata-request />' }, { scope: 'operation' }).map(({ code }) => code),
    ['policy.wrong-scope', 'policy.unsupported'],
  )
})

test('no policy is both run and refused', () => {
  for (const { element } of judgedOnly) assert.equal(knownPolicies.get(element)?.compile, undefined, element)
})
