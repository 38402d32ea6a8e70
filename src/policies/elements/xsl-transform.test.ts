import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import type { MadeMessage } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const xsl = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
const sheet = (inner: string) => `<xsl:stylesheet version="1.0" ${xsl}>\n${inner}\n</xsl:stylesheet>`
const copy = '<xsl:template match="@* | node()"><xsl:copy><xsl:apply-templates select="@* | node()" /></xsl:copy></xsl:template>'
/** The reference page's first example. */
const addAgent = `<xsl-transform>
  <parameter name="User-Agent">@(context.Request.Headers.GetValueOrDefault("User-Agent","non-specified"))</parameter>
  <xsl:stylesheet version="1.0" ${xsl}>
    <xsl:output method="xml" indent="yes" />
    <xsl:param name="User-Agent" />
    <xsl:template match="* | @* | node()">
      <xsl:copy>
        <xsl:if test="self::* and not(parent::*)">
          <xsl:attribute name="User-Agent"><xsl:value-of select="$User-Agent" /></xsl:attribute>
        </xsl:if>
        <xsl:apply-templates select="* | @* | node()" />
      </xsl:copy>
    </xsl:template>
  </xsl:stylesheet>
</xsl-transform>`
/** Its second one. */
const copyAll = `<xsl-transform>
  <xsl:stylesheet version="1.0" ${xsl}>
    <xsl:output omit-xml-declaration="yes" method="xml" indent="yes" />
    <!-- Copy all nodes directly-->
    <xsl:template match="node()| @*|*">
      <xsl:copy><xsl:apply-templates select="@* | node()|*" /></xsl:copy>
    </xsl:template>
  </xsl:stylesheet>
</xsl-transform>`

async function onRequest(inbound: string, { body = '<a/>', headers = {} }: MadeMessage) {
  const { outcome, ctx } = await runPolicies({ inbound }, { request: { method: 'POST', headers, body } })
  return { outcome, ctx, text: Buffer.from(ctx.request.body.bytes ?? []).toString('utf8') }
}

test('the page’s first example adds the caller’s User-Agent to the root', async () => {
  const { outcome, text } = await onRequest(addAgent, { body: '<a x="1"><b>é</b></a>', headers: { 'User-Agent': `it's "me"` } })
  assert.equal(outcome, next)
  assert.equal(text, `<?xml version="1.0"?>\n<a User-Agent="it's &quot;me&quot;" x="1">\n  <b>é</b>\n</a>\n`)
  assert.match((await onRequest(addAgent, { body: '<a/>' })).text, /<a User-Agent="non-specified"\/>/)
})

test('the page’s second example copies a response as it is, without a declaration', async () => {
  const response = { headers: { 'Content-Length': '32', 'Content-Type': 'application/xml; charset=iso-8859-1' } }
  const body = Buffer.from('<a><b c="1">\u00e9</b><!-- x --></a>', 'latin1')
  const { ctx } = await runPolicies({ outbound: copyAll }, { response: { ...response, body } })
  assert.equal(Buffer.from(ctx.response?.body.bytes ?? []).toString(), '<a>\n  <b c="1">é</b>\n  <!-- x -->\n</a>\n')
  assert.deepEqual(ctx.response?.headers.raw, ['Content-Type', 'application/xml; charset=utf-8'])
})

test('a parameter may be called parameter-name, and is a text whatever stands in it', async () => {
  const policy = (name: string) =>
    `<xsl-transform><parameter ${name}="p">count(//*)</parameter>${sheet('<xsl:param name="p" /><xsl:output method="text" media-type="text/plain" /><xsl:template match="/"><xsl:value-of select="$p" /></xsl:template>')}</xsl-transform>`
  for (const name of ['name', 'parameter-name']) {
    const { text, ctx } = await onRequest(policy(name), {})
    assert.equal(text, 'count(//*)')
    assert.equal(ctx.request.headers.get('Content-Type'), 'text/plain; charset=utf-8')
  }
})

test('a declared encoding becomes that of the result, which is UTF-8', async () => {
  const { text } = await onRequest(`<xsl-transform>${sheet(`<xsl:output encoding="iso-8859-1" />${copy}`)}</xsl-transform>`, {
    body: '<a>é</a>',
  })
  assert.equal(text, '<?xml version="1.0" encoding="UTF-8"?>\n<a>é</a>\n')
})

test('a streamed body is read up to the limit, an empty one is left alone', async () => {
  const policy = `<xsl-transform>${sheet(copy)}</xsl-transform>`
  const stream = (async function* () {
    yield Buffer.from('<a>')
    yield Buffer.from('</a>')
  })()
  assert.match((await onRequest(policy, { body: stream })).text, /<a\/>/)
  assert.equal((await onRequest(policy, { body: ' ' })).text, ' ')
  const large = (async function* () {
    for (let i = 0; i < 3; i++) yield Buffer.alloc(500_000, 32)
  })()
  assert.equal(refusalWith((await onRequest(policy, { body: large })).outcome, 'request.body-too-large').statusCode, 413)
})

test('a body that is no XML, and a stylesheet that gives up, are refused with the reason', async () => {
  const policy = `<xsl-transform>${sheet(copy)}</xsl-transform>`
  const refusal = refusalWith((await onRequest(policy, { body: '{"a":1}' })).outcome, 'policy.failed')
  assert.deepEqual([refusal.statusCode, refusal.errorReason], [500, 'XslTransformFailure'])
  assert.match(refusal.errorMessage ?? '', /no well-formed XML/)
  const stop = sheet('<xsl:template match="/"><xsl:message terminate="yes">no more</xsl:message></xsl:template>')
  const stopped = await onRequest(`<xsl-transform>${stop}</xsl-transform>`, {})
  assert.match(refusalWith(stopped.outcome, 'policy.failed').errorMessage ?? '', /no more/)
})

test('a stylesheet reaches no file and no other server, and neither do entities', async () => {
  const read = sheet(
    `<xsl:template match="/"><r><xsl:value-of select="document('/etc/hostname')" /><xsl:value-of select="." /></r></xsl:template>`,
  )
  const body = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>[&e;]</a>'
  assert.match((await onRequest(`<xsl-transform>${read}</xsl-transform>`, { body })).text, /<r>\[\]<\/r>/)
  const imported = faultsOf({
    inbound: `<xsl-transform>${sheet('<xsl:import href="https://a.example/b.xsl" />')}</xsl-transform>`,
  })
  assert.match(imported[0]?.message ?? '', /unable to load/)
})

test('faults of a stylesheet are told at load with their lines', () => {
  const faults = faultsOf({
    inbound: `<xsl-transform>\n${sheet('<xsl:template match="a[">\n<xsl:value-of select="1 +" /></xsl:template>')}</xsl-transform>`,
  })
  assert.deepEqual([...new Set(faults.map(({ code }) => code))], ['policy.stylesheet'])
  assert.ok(faults.some(({ line, message }) => line === 6 && message.includes("'1 +'")))
  const codes = (inner: string) => faultsOf({ inbound: `<xsl-transform>${inner}</xsl-transform>` }).map(({ code }) => code)
  assert.deepEqual(codes(''), ['policy.missing-child'])
  assert.deepEqual(codes(sheet('') + sheet('')), ['policy.too-many'])
  assert.deepEqual(codes(`<parameter>1</parameter>${sheet('')}`), ['policy.missing-attribute'])
  assert.deepEqual(codes(`<parametr name="a">1</parametr>${sheet('')}`), ['policy.wrong-parent'])
  const script = `<xsl:stylesheet version="1.0" ${xsl} xmlns:m="urn:schemas-microsoft-com:xslt"><m:script language="C#">x</m:script></xsl:stylesheet>`
  assert.deepEqual(codes(script), ['policy.unsupported'])
  assert.equal(faultsOf({ backend: `<xsl-transform>${sheet('')}</xsl-transform>` })[0]?.code, 'policy.wrong-section')
})
