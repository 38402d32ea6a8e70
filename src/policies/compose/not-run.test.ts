import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPolicyFile } from '../check-policy-file.ts'
import { faultsOf, type Sections } from '../testing/run-policies.ts'
import { judgedOnly, knownPolicies } from './registry.ts'

const faults = (sections: Sections) => faultsOf(sections).map(({ code, line, column }) => `${line}:${column} ${code}`)

test('a policy that does not run is refused at its place, and nothing else is said when it is written well', () => {
  const written = [
    '<azure-openai-emit-token-metric namespace="n"><dimension name="API ID" /><dimension name="IP" value="@(context.Request.IpAddress)" /></azure-openai-emit-token-metric>',
    '<llm-token-limit counter-key="@(context.Subscription.Id)" token-quota="10" token-quota-period="Daily" remaining-quota-tokens-variable-name="r" />',
    '<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="e" embeddings-backend-auth="system-assigned"><vary-by>@(context.Subscription.Id)</vary-by></llm-semantic-cache-lookup>',
    '<llm-content-safety backend-id="b" shield-prompt="true"><categories output-type="EightSeverityLevels"><category name="Hate" threshold="4" /></categories><blocklists><id>x</id></blocklists></llm-content-safety>',
    '<log-to-eventhub logger-id="l" partition-key="@(context.Api.Id)">@( string.Join(",", DateTime.UtcNow, context.RequestId) )</log-to-eventhub>',
    '<publish-to-dapr pubsub-name="orders" topic="new" response-variable-name="r">@(context.Request.Body.As<string>())</publish-to-dapr>',
    '<invoke-dapr-binding name="x" operation="create"><metadata><item key="k">v</item></metadata><data>@(context.Request.Body.As<string>())</data></invoke-dapr-binding>',
    '<validate-graphql-request max-size="102400" max-depth="4"><authorize><rule path="/__*" action="reject" /></authorize></validate-graphql-request>',
    '<send-service-bus-message queue-name="q" namespace="@(context.Api.Name)"><message-properties><message-property name="a">@(context.Api.Id)</message-property></message-properties><payload>@(context.Request.Body.As<string>(preserveContent: true))</payload></send-service-bus-message>',
    '<cache-value key="k" variable-name="v" expires-after="600"><value><set-variable name="a" value="b" /></value></cache-value>',
    '<invoke-request url="https://a.example" method="POST" response-variable-name="r"><header name="a" value="b" /><body>x</body></invoke-request>',
  ]
  for (const policy of written) assert.deepEqual(faults({ inbound: policy }), ['3:1 policy.unsupported'], policy)
})

test('its attributes, children and section are judged all the same', () => {
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
})

test('a resolver is judged as a document of its own, and belongs into no section', () => {
  const resolver = `<http-data-source><http-request><set-method>POST</set-method><set-url>https://a.example</set-url>
    <set-body>@(context.GraphQL.Arguments["name"].ToString())</set-body></http-request>
    <http-response><publish-event><targets><graphql-subscription id="created" /></targets></publish-event></http-response></http-data-source>`
  const found = (text: string) => checkPolicyFile('r.xml', text).map(({ code, line }) => `${line} ${code}`)
  assert.deepEqual(found(resolver), ['1 policy.unsupported', '3 policy.unsupported'])
  assert.deepEqual(
    found('<sql-data-source><connection-info><connection-string>x</connection-string></connection-info></sql-data-source>'),
    ['1 policy.missing-child', '1 policy.unsupported'],
  )
  const cosmos = (request: string) =>
    `<cosmosdb-data-source><connection-info><connection-string>x</connection-string><database-name>d</database-name><container-name>c</container-name></connection-info>${request}</cosmosdb-data-source>`
  assert.deepEqual(found(cosmos('<read-request><id>1</id></read-request>')), ['1 policy.unsupported'])
  assert.deepEqual(found(cosmos('<write-request type="erase" />')), ['1 policy.unsupported', '1 policy.bad-value'])
  assert.equal(faults({ inbound: resolver })[0], '3:1 policy.wrong-section')
})

test('no policy is both run and refused', () => {
  for (const { element } of judgedOnly) assert.equal(knownPolicies.get(element)?.compile, undefined, element)
})
