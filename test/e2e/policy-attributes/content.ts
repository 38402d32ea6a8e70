import assert from 'node:assert/strict'
import type { Case } from './stand.ts'

const asJson = { 'content-type': 'application/json' }
const asXml = { 'content-type': 'application/xml' }
const body =
  '<return-response><set-header name="Content-Type"><value>text/plain</value></set-header><set-body>@(context.Request.Body.As<string>(preserveContent: true))</set-body></return-response>'
const errors = (variable: string) =>
  `<set-header name="X-Errors"><value>@(context.Variables.ContainsKey("${variable}").ToString())</value></set-header>`
const pet = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: { name: { type: 'string' } },
}
const describes = (schema: object) => ({
  requestBody: { content: { 'application/json': { schema } } },
})
const content = (attributes: string, map = '', more = '') =>
  `<validate-content unspecified-content-type-action="prevent" max-size="1000" size-exceeded-action="prevent" ${attributes}>${map}
    <content type="application/json" validate-as="json" action="prevent" ${more} /></validate-content>`

/** Policies that convert and validate. */
export const contents: readonly Case[] = [
  {
    shows: 'json-to-xml namespace-separator namespace-prefix attribute-block-name, as its page shows',
    policy: {
      inbound: `<json-to-xml apply="always" consider-accept-header="false" parse-date="false" namespace-separator=":" namespace-prefix="xmlns" attribute-block-name="#attrs" />${body}`,
    },
    async run(call) {
      const query = { '#attrs': { queryName: 'test' }, 'v1:QueryItem': { name: 'dummy text' } }
      const envelope = {
        'xmlns:soapenv': 'http://schemas.xmlsoap.org/soap/envelope/',
        'xmlns:v1': 'http://localdomain.com/core/v1',
        'soapenv:Header': {},
        'soapenv:Body': { 'v1:QueryList': query },
      }
      const answer = await call({ method: 'POST', headers: asJson, body: JSON.stringify({ 'soapenv:Envelope': envelope }) })
      assert.match(answer.body, /^<soapenv:Envelope xmlns:soapenv="http:\/\/schemas\.xmlsoap\.org\/soap\/envelope\/"/)
      assert.match(answer.body, /<v1:QueryList queryName="test"><v1:QueryItem><name>dummy text<\/name>/)
    },
  },
  {
    shows: 'json-to-xml apply="content-type-json" consider-accept-header parse-date',
    policy: { outbound: '<json-to-xml apply="content-type-json" consider-accept-header="true" parse-date="true" />' },
    async run(call) {
      const answer = { body: '{"a":{"at":"2026-01-02T03:04:05Z"}}' }
      const asked = async (accept: string) => (await call({ headers: { Accept: accept }, answer })).body
      assert.equal(await asked('application/xml'), '<a><at>2026-01-02T03:04:05Z</at></a>')
      assert.equal(await asked('application/json'), answer.body)
    },
  },
  {
    shows: 'xml-to-json kind="direct" apply always-array-child-elements',
    policy: {
      inbound: `<xml-to-json kind="direct" apply="always" consider-accept-header="false" always-array-child-elements="true" />${body}`,
    },
    async run(call) {
      const answer = await call({ method: 'POST', headers: asXml, body: '<a x="1"><b>2</b></a>' })
      assert.match(answer.body, /"@x"\s*:\s*"1"/)
      assert.match(answer.body, /"b"\s*:\s*\[/)
    },
  },
  {
    shows: 'xml-to-json kind="javascript-friendly" apply="content-type-xml" consider-accept-header',
    policy: { outbound: '<xml-to-json kind="javascript-friendly" apply="content-type-xml" consider-accept-header="true" />' },
    async run(call) {
      const answer = { headers: asXml, body: '<a x="1"><b>2</b></a>' }
      const asked = async (accept: string) => (await call({ headers: { Accept: accept }, answer })).body
      assert.deepEqual(JSON.parse(await asked('application/json')), { a: { x: '1', b: '2' } })
      assert.equal(await asked('text/xml'), answer.body)
    },
  },
  {
    shows: 'xsl-transform parameter parameter-name',
    policy: {
      inbound: `<xsl-transform><parameter parameter-name="who">@("me")</parameter>
        <xsl:transform version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output omit-xml-declaration="yes" />
          <xsl:param name="who" /><xsl:template match="/"><p><xsl:value-of select="$who" /></p></xsl:template></xsl:transform></xsl-transform>${body}`,
    },
    async run(call) {
      assert.equal((await call({ method: 'POST', headers: asXml, body: '<a />' })).body.trim(), '<p>me</p>')
    },
  },
  {
    shows: 'validate-content errors-variable-name, detecting',
    policy: {
      inbound: `<validate-content unspecified-content-type-action="detect" max-size="5" size-exceeded-action="detect" errors-variable-name="found" />${errors('found')}`,
    },
    async run(call) {
      const sent = async (text: string) => (await call({ method: 'POST', body: text, headers: asJson })).echo.headers['x-errors']
      assert.deepEqual([await sent('{"longer":1}'), await sent('{}')], ['True', 'True'])
    },
  },
  {
    shows: 'validate-content content-type-map missing-content-type-value type from when to',
    policy: {
      inbound: content(
        '',
        `<content-type-map missing-content-type-value="application/json"><type from="application/hal+json" to="application/json" />
          <type when="@(context.Request.Headers.ContainsKey("X-Map"))" to="application/json" /></content-type-map>`,
      ),
    },
    described: describes(pet),
    async run(call) {
      const sent = async (headers: Record<string, string>) => (await call({ method: 'POST', body: '{"name":1}', headers })).body
      for (const headers of [{ 'content-type': 'application/hal+json' }, { 'content-type': 'text/x', 'X-Map': '1' }])
        assert.match(await sent(headers as Record<string, string>), /must be string/)
      assert.match(await sent({ 'content-type': 'text/x' }), /Unspecified content type text\/x/)
      assert.match(await sent({ 'content-type': '' }), /must be string|Unspecified/)
    },
  },
  {
    shows: 'validate-content allow-additional-properties',
    policy: { inbound: content('', '', 'allow-additional-properties="true"') },
    described: describes(pet),
    async run(call) {
      const sent = async (value: object) => (await call({ method: 'POST', body: JSON.stringify(value), headers: asJson })).status
      assert.deepEqual([await sent({ name: 'a', more: 1 }), await sent({ more: 1 })], [200, 400])
    },
  },
  {
    shows: 'validate-content case-insensitive-property-names',
    policy: { inbound: content('', '', 'case-insensitive-property-names="true"') },
    described: describes(pet),
    async run(call) {
      const { status } = await call({ method: 'POST', body: '{"NAME":"a"}', headers: asJson })
      assert.equal(status, 200)
    },
  },
  {
    shows: 'validate-parameters headers query path parameter action errors-variable-name',
    policy: {
      inbound: `<validate-parameters specified-parameter-action="ignore" unspecified-parameter-action="ignore" errors-variable-name="found">
          <headers specified-parameter-action="prevent" unspecified-parameter-action="ignore"><parameter name="X-Free" action="detect" /></headers>
          <query specified-parameter-action="prevent" unspecified-parameter-action="prevent"><parameter name="loose" action="ignore" /></query>
          <path specified-parameter-action="prevent"><parameter name="any" action="ignore" /></path></validate-parameters>${errors('found')}`,
    },
    described: {
      parameters: [
        { name: 'X-Size', in: 'header', schema: { type: 'integer' } },
        { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 5 } },
      ],
    },
    async run(call) {
      const answer = async (query: string, headers: Record<string, string> = {}) => (await call({ query, headers })).status
      assert.deepEqual(
        [await answer('?limit=5'), await answer('?limit=6'), await answer('?other=1'), await answer('?loose=1')],
        [200, 400, 400, 200],
      )
      assert.deepEqual([await answer('', { 'X-Size': 'a' }), await answer('', { 'X-Size': '1' })], [400, 200])
      assert.equal((await call({ headers: { 'X-Free': '1' } })).echo.headers['x-errors'], 'True')
    },
  },
  {
    shows: 'validate-headers specified-header-action unspecified-header-action errors-variable-name header name action',
    policy: {
      outbound: `<validate-headers specified-header-action="prevent" unspecified-header-action="detect" errors-variable-name="found">
        <header name="X-Bad" action="prevent" /></validate-headers>${errors('found')}`,
    },
    described: {
      responses: { 200: { description: 'fine', headers: { 'X-Count': { schema: { type: 'integer' } } } } },
    },
    async run(call) {
      const answer = async (headers: Record<string, string>) => {
        const { status, headers: got } = await call({ answer: { headers } })
        return [status, got.get('x-errors')]
      }
      assert.deepEqual(await answer({ 'X-Count': 'many' }), [502, null])
      assert.deepEqual(await answer({ 'X-Bad': '1' }), [502, null])
      assert.deepEqual(await answer({ 'X-Count': '1', 'X-Other': '1' }), [200, 'True'])
    },
  },
  {
    shows: 'validate-status-code unspecified-status-code-action errors-variable-name status-code code action',
    policy: {
      outbound: `<validate-status-code unspecified-status-code-action="prevent" errors-variable-name="found">
        <status-code code="404" action="detect" /><status-code code="410" action="ignore" /></validate-status-code>${errors('found')}`,
    },
    async run(call) {
      const answer = async (status: number) => {
        const got = await call({ answer: { status } })
        return [got.status, got.headers.get('x-errors')]
      }
      assert.deepEqual(await Promise.all([200, 404, 410, 500].map(answer)), [
        [200, 'False'],
        [404, 'True'],
        [410, 'False'],
        [502, null],
      ])
    },
  },
]
