import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ThreadedXmlEngine } from './threaded-xml-engine.ts'

const sheet = (inner: string) =>
  `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output omit-xml-declaration="yes" />${inner}</xsl:stylesheet>`
const plain = sheet('<xsl:param name="p" /><xsl:template match="/"><r><xsl:value-of select="$p" /></r></xsl:template>')
/** Each level calls itself twice: 2 to the power of 60 templates. */
const endless =
  sheet(`<xsl:template match="/"><xsl:call-template name="t"><xsl:with-param name="n" select="60" /></xsl:call-template></xsl:template>
<xsl:template name="t"><xsl:param name="n" /><xsl:if test="$n &gt; 0">
<xsl:call-template name="t"><xsl:with-param name="n" select="$n - 1" /></xsl:call-template>
<xsl:call-template name="t"><xsl:with-param name="n" select="$n - 1" /></xsl:call-template></xsl:if></xsl:template>`)
const schemas = (type: string) => ({
  root: '/schemas/a',
  documents: [
    {
      location: '/schemas/a',
      text: `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:${type}" /></xs:schema>`,
    },
  ],
})

test('documents are transformed and validated on a thread of their own, in turn', async t => {
  const engine = new ThreadedXmlEngine()
  t.after(() => engine.close())
  const numbers = schemas('int')
  const answers = await Promise.all([
    engine.transform(plain, '<a/>', [['p', '1']]),
    engine.validate(numbers, '<a>1</a>', 'document'),
    engine.validate(schemas('date'), '<a>1</a>', 'document'),
    engine.validate(numbers, '<a>x</a>', 'document'),
  ])
  assert.deepEqual(answers[0], { kind: 'done', text: '<r>1</r>\n' })
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['done', 'fits', 'misfit', 'misfit'],
  )
})

/** Time that passes only when told: on a busy machine work that is done may take as long as work that is not. */
function stoppedTime(t: TestContext): (milliseconds: number) => void {
  let now = 0
  t.mock.timers.enable({ apis: ['setTimeout'] })
  t.mock.method(performance, 'now', () => now)
  return milliseconds => {
    now += milliseconds
    t.mock.timers.tick(milliseconds)
  }
}

test('work that does not end is ended, and what waits behind it is done', async t => {
  const pass = stoppedTime(t)
  const engine = new ThreadedXmlEngine({ jobTime: 1000, queue: 10, wait: 5000 })
  t.after(() => engine.close())
  const answers = Promise.all([engine.transform(endless, '<a/>', []), engine.transform(plain, '<a/>', [])])
  pass(1000)
  const [late, next] = await answers
  assert.deepEqual(late, { kind: 'failed', message: 'it took longer than 1000 ms' })
  assert.equal(next.kind, 'done')
})

test('work that waits too long behind others is refused', async t => {
  const pass = stoppedTime(t)
  const engine = new ThreadedXmlEngine({ jobTime: 500, queue: 10, wait: 100 })
  t.after(() => engine.close())
  const first = engine.transform(endless, '<a/>', [])
  const early = engine.transform(plain, '<a/>', [])
  pass(450)
  const recent = engine.transform(plain, '<a/>', [])
  pass(50)
  assert.equal((await first).kind, 'failed')
  assert.deepEqual(await early, { kind: 'failed', message: 'other XML took too long before it' })
  assert.equal((await recent).kind, 'done')
  assert.equal((await engine.transform(plain, '<a/>', [])).kind, 'done')
})

test('a full queue refuses, and closing answers whoever waits', async () => {
  const engine = new ThreadedXmlEngine({ jobTime: 5000, queue: 1, wait: 5000 })
  const running = engine.transform(endless, '<a/>', [])
  const waiting = engine.validate(schemas('int'), '<a/>', 'document')
  const refused = await engine.transform(plain, '<a/>', [])
  assert.deepEqual(refused, { kind: 'failed', message: 'too much XML waits already' })
  await engine.close()
  assert.deepEqual(await running, { kind: 'failed', message: 'the gateway stops' })
  assert.equal((await waiting).kind, 'unsound')
})

test('recursion as deep as libxslt allows runs, deeper recursion fails by itself', async t => {
  const engine = new ThreadedXmlEngine()
  t.after(() => engine.close())
  const deep = (n: number) =>
    sheet(`<xsl:template match="/"><xsl:call-template name="t"><xsl:with-param name="n" select="${n}" /></xsl:call-template></xsl:template>
<xsl:template name="t"><xsl:param name="n" /><xsl:if test="$n &gt; 0"><xsl:call-template name="t"><xsl:with-param name="n" select="$n - 1" /></xsl:call-template></xsl:if><xsl:if test="$n = 0">end</xsl:if></xsl:template>`)
  assert.deepEqual(await engine.transform(deep(900), '<a/>', []), { kind: 'done', text: 'end\n' })
  assert.equal((await engine.transform(deep(100_000), '<a/>', [])).kind, 'failed')
  assert.equal((await engine.transform(plain, '<a/>', [])).kind, 'done')
})
