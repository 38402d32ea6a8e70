import assert from 'node:assert/strict'
import { test } from 'node:test'
import { found } from './testing/found.ts'

const header = (name: string, value: string) =>
  `<set-header name="${name}" exists-action="override"><value>${value}</value></set-header>`
const basic = (pair: string) => `@("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(${pair})))`
const variable = (name: string, value: string) => `<set-variable name="${name}" value='${value}' />`
const body = (text: string) => `<set-body>${text}</set-body>`
/** Each part on a line of its own. */
const request = (...parts: readonly string[]) =>
  ['<send-request mode="new" response-variable-name="r">', ...parts, '</send-request>'].join('\n')

/** Each of the policies alone, and whether a credential is found in it. */
const judged = (policies: readonly string[], isClear: boolean) => {
  for (const policy of policies) assert.equal(found('inbound', policy).includes('secret-in-clear 3'), isClear, policy)
}
const inClear = (...policies: readonly string[]) => judged(policies, true)
const notInClear = (...policies: readonly string[]) => judged(policies, false)

test('a credential in clear is found wherever it stands, a named value and an empty text are none', () => {
  const values = ['Bearer abcdefgh', '{{token}}', '@(context.RequestId.ToString())']
  assert.deepEqual(found('inbound', ...values.map(value => header('Authorization', value))), ['secret-in-clear 3'])
  assert.deepEqual(
    found(
      'inbound',
      '<authentication-basic username="u" password="hunter22" />',
      '<authentication-basic username="u" password="{{password}}" />',
      '<set-query-parameter name="code" exists-action="override"><value>a1b2c3d4e5</value></set-query-parameter>',
      body('@("grant_type=client_credentials&client_secret=abc~123456")'),
      body('@("grant_type=client_credentials&client_secret=" + "{{secret}}")'),
    ),
    ['secret-in-clear 3', 'secret-in-clear 5', 'secret-in-clear 6'],
  )
})

test('a credential that an expression puts together is in clear', () => {
  inClear(
    header('Authorization', basic('"bob:hunter2hunter2"')),
    header('Authorization', basic('"bob" + ":" + "hunter2hunter2"')),
    header('Authorization', '@(context.Api.Id == "a" ? "Bearer abcdefgh12345" : "")'),
    header('X-Backend', basic('"bob:hunter2hunter2"')),
    variable('backendAuthorization', basic('"bob:hunter2hunter2"')),
    body('@{ var clientSecret = "s3cr3ts3cr3t"; return clientSecret; }'),
    body('@(Convert.ToBase64String(new HMACSHA256(Encoding.UTF8.GetBytes("s3cr3ts3cr3t")).ComputeHash(new byte[0])))'),
  )
})

test('a credential in an address is in clear: a user, a signature, a key', () => {
  inClear(
    '<set-backend-service base-url="https://user:pa55word@host.example/" />',
    '<rewrite-uri template="/jobs?code=AbCdEf0123456789==" />',
    variable('target', '@("https://acc.example/c?sv=2020&sig=abcdEFGH1234567890%3D")'),
  )
  const url = '<set-url>https://acc.example/c?sv=2020&amp;sig=abcdEFGH1234567890%3D</set-url>'
  assert.deepEqual(found('inbound', request(url)), ['secret-in-clear 4'])
})

test('a variable that is called by what it holds, with a literal, is in clear', () => {
  inClear(
    variable('apiKey', 'sk_live_51HxAbCdEf0123456789'),
    variable('api-key', '@("sk_live_51HxAbCdEf0123456789")'),
    variable('clientSecret', 'a1~b2c3d4e5f6'),
    variable('backendPassword', 'hunter'),
  )
})

test('named values, placeholders and what a call brings are not in clear', () => {
  notInClear(
    header('Authorization', basic('"bob:{{password}}"')),
    header('Authorization', basic('"{{user}}:{{password}}"')),
    header('Authorization', basic('"bob:" + (string)context.Variables["password"]')),
    header('Authorization', basic('$"{context.Variables["user"]}:{context.Variables["password"]}"')),
    header('Authorization', '@("Bearer " + (string)context.Variables["token"])'),
    header('Authorization', '@(context.Request.Headers.GetValueOrDefault("X-Original-Authorization", ""))'),
    header('X-Api-Key', '@(Guid.NewGuid().ToString("N"))'),
    header('X-Api-Key', 'YOUR_KEY_HERE_xxxx'),
    header('X-Api-Key', '#{backend_key}#'),
    header('X-Api-Key', '{backend_key}'),
    '<set-backend-service base-url="https://{{user}}:{{password}}@host.example/" />',
    '<set-backend-service base-url="https://host.example:8443/a@b" />',
    '<rewrite-uri template="/jobs/{id}?code={code}&amp;key={{key}}" />',
    '<rewrite-uri template="/token?grant_type=authorization_code&amp;code=" />',
    body(
      '@(Convert.ToBase64String(new HMACSHA256(Encoding.UTF8.GetBytes((string)context.Variables["accessKey"])).ComputeHash(new byte[0])))',
    ),
    variable('apiKey', '{{api-key}}'),
    variable('apiKeyName', 'X-Api-Key-2024'),
    variable('cacheKey', 'orders-2024'),
    variable('secret', 'backend-password'),
    variable('tokenEndpoint', 'https://login.example/v2.0/token'),
    variable('password', '@(context.Request.Headers.GetValueOrDefault("X-Password", ""))'),
    body('@(Convert.ToBase64String(Encoding.UTF8.GetBytes("http://host:8080")))'),
  )
})

test('a credential in a JSON body is in clear, as text, in an expression and as an object', () => {
  inClear(
    body('{"grant_type":"client_credentials","client_secret":"abc~Defgh"}'),
    body('{ "user": { "name": "bob", "password" : "hunter22" } }'),
    body('{"api_key":"sk_live_51HxAbCd"}'),
    body("{'clientSecret': 'a1b2c3d4'}"),
    body('@("{\\"client_secret\\":\\"abc~Defgh\\",\\"id\\":\\"" + context.RequestId + "\\"}")'),
    body('@("{\\"client_" + "secret\\":\\"" + "abc~Defgh" + "\\"}")'),
    body('@(new JObject(new JProperty("password", "hunter22")).ToString())'),
    body('@(JsonConvert.SerializeObject(new { user = "bob", client_secret = "abc~Defgh" }))'),
    body('@(JsonConvert.SerializeObject(new Dictionary&lt;string, string&gt; { { "client_secret", "abc~Defgh" } }))'),
    body('@(JsonConvert.SerializeObject(new Dictionary&lt;string, string&gt; { ["password"] = "hunter22" }))'),
    body('@{ var sent = new JObject(); sent["password"] = "hunter22"; return sent.ToString(); }'),
    '<set-body template="liquid">{ "password": "hunter22", "name": "{{body.name}}" }</set-body>',
  )
  const sent = request('<set-url>https://a.example</set-url>', '<set-method>POST</set-method>', body('{"password":"hunter22"}'))
  assert.deepEqual(found('inbound', sent), ['secret-in-clear 6'])
})

test('a JSON body with a named value, an expression or a word in the place of a credential is not in clear', () => {
  notInClear(
    body('{"client_secret":"{{client-secret}}","password":"{{password}}"}'),
    body('@("{\\"client_secret\\":\\"{{client-secret}}\\"}")'),
    body('@("{\\"password\\":\\"" + (string)context.Variables["password"] + "\\"}")'),
    body('@($"{{\\"password\\":\\"{context.Variables["password"]}\\"}}")'),
    body('@(new JObject(new JProperty("password", (string)context.Variables["password"])).ToString())'),
    body('@(JsonConvert.SerializeObject(new { password = "{{password}}", client_secret = context.RequestId }))'),
    body('@((string)context.Request.Body.As&lt;JObject&gt;(true)["password"] == "hunter22" ? "" : "{}")'),
    body('{"type":"object","properties":{"password":{"type":"string"},"api_key":{"type":"string"}}}'),
    body('{"password":"string","client_secret":"string","api_key":"required"}'),
    body('{"error":"invalid","password":"must not be empty","client_secret":""}'),
    body('{"password":"********","client_secret":"your-secret-1","api_key":"#{API_KEY}#"}'),
    body(
      '{"compass":"north1north","passwordHint":"hunter22","keyword":"abc12345","secretName":"kv-secret-1","api_key_id":"k1234567"}',
    ),
    '<set-body template="liquid">{ "password": "{{body.password}}", "client_secret": "{{ context.Variables["s"] }}" }</set-body>',
  )
})

test('a credential in an XML body is in clear: as CDATA, as elements, escaped, in an expression and as an object', () => {
  inClear(
    body('<![CDATA[<login><user>bob</user><password>hunter22</password></login>]]>'),
    body('<![CDATA[<wsse:Password Type="text">hunter22</wsse:Password>]]>'),
    body('<![CDATA[<login user="bob" password="hunter22" />]]>'),
    body('<![CDATA[<api-key>\n  sk_live_51HxAbCd\n</api-key>]]>'),
    body('<login><password>hunter22</password></login>'),
    body('<login><session client-secret="abc~Defgh" /></login>'),
    body('&lt;login>&lt;password>hunter22&lt;/password>&lt;/login>'),
    body('@("<login><password>hunter22</password>" + context.RequestId + "</login>")'),
    body('@("<password>" + "hunter22" + "</password>")'),
    body('@(new XElement("login", new XElement("password", "hunter22")).ToString())'),
    body('@(new XElement("login", new XAttribute("password", "hunter22")).ToString())'),
    '<set-body template="liquid"><login><password>hunter22</password><name>{{body.name}}</name></login></set-body>',
  )
})

test('an XML body with a named value, an expression or a word in the place of a credential is not in clear', () => {
  notInClear(
    body('<![CDATA[<login><password>{{password}}</password></login>]]>'),
    body('<login><password>{{password}}</password><name password="{{password}}" /></login>'),
    body('@("<password>" + (string)context.Variables["password"] + "</password>")'),
    body('@(new XElement("password", (string)context.Variables["password"]).ToString())'),
    body('<![CDATA[<xs:element name="password" type="xs:string"/><password>string</password><hint>hunter22</hint>]]>'),
    body('<![CDATA[<password xsi:nil="true"/><passwordHint>hunter22</passwordHint><secretName>kv-secret-1</secretName>]]>'),
    '<set-body template="liquid"><login><password>{{body.password}}</password></login></set-body>',
  )
})

test('what has the form of a credential is in clear wherever it stands', () => {
  const letters = (count: number) => 'aB3dE5gH'.repeat(12).slice(0, count)
  const secrets = [`abc8Q~${letters(34)}`, `${letters(86)}==`, `ghp_${letters(36)}`, `sk_live_${letters(24)}`]
  for (const secret of secrets)
    inClear(header('X-Backend', secret), variable('colour', `@("${secret}")`), `<rewrite-uri template="/x?of=${secret}" />`)
  notInClear(header('X-Backend', 'ghp_your_token_stands_here_xxxx'), header('X-Id', 'sk-short'))
})
