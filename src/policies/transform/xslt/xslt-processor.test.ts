import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XsltProcessor } from './xslt-processor.ts'

const sheet = (inner: string) =>
  `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">${inner}</xsl:stylesheet>`
const root = (inner: string) => sheet(`<xsl:output omit-xml-declaration="yes" /><xsl:template match="/">${inner}</xsl:template>`)
const processor = new XsltProcessor()

function text(stylesheet: string, document = '<a/>', parameters: readonly (readonly [string, string])[] = []): string {
  const result = processor.transform(stylesheet, document, parameters)
  return result.kind === 'done' ? result.text : `failed: ${result.message}`
}

test('a parameter is a text, with any quotes in it', () => {
  const show = sheet(
    '<xsl:param name="p" /><xsl:output method="text" /><xsl:template match="/"><xsl:value-of select="$p" /></xsl:template>',
  )
  for (const value of ['', "it's", '"x"', `it's "x" and 'y'`, 'count(//*)', 'é€😀'])
    assert.equal(text(show, '<a/>', [['p', value]]), value)
})

test('node-set is there by both its names, and functions that are not are told', () => {
  const set = `<xsl:variable name="v"><x>1</x><x>2</x></xsl:variable><r xmlns:e="http://exslt.org/common"><xsl:value-of select="count(e:node-set($v)/x)" /></r>`
  assert.match(text(root(set)), />2<\/r>/)
  assert.match(text(root(set.replace('http://exslt.org/common', 'urn:schemas-microsoft-com:xslt'))), />2<\/r>/)
  assert.match(text(root('<xsl:value-of select="unknown()" />')), /^failed: .*Unregistered function: unknown/)
})

test('two hundred stylesheets are more than are kept, and each still runs', () => {
  for (let i = 0; i < 200; i++) assert.equal(text(root(`<r>${i}</r>`)), `<r>${i}</r>\n`)
  assert.equal(text(root('<r>0</r>')), '<r>0</r>\n')
})

test('memory ends at a bound, and the next transformation begins afresh', () => {
  const doubling =
    sheet(`<xsl:template match="/"><xsl:call-template name="t"><xsl:with-param name="s" select="'aaaaaaaaaaaaaaaa'" /></xsl:call-template></xsl:template>
    <xsl:template name="t"><xsl:param name="s" /><xsl:call-template name="t"><xsl:with-param name="s" select="concat($s,$s)" /></xsl:call-template></xsl:template>`)
  assert.match(text(doubling), /^failed: /)
  assert.equal(text(root('<r />')), '<r/>\n')
})

test('entities that multiply are refused, those that a document declares itself are put in', () => {
  const copy = root('<xsl:value-of select="." />')
  assert.equal(text(copy, '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'), 'x\n')
  const entities = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')
  assert.match(text(copy, `<!DOCTYPE a [<!ENTITY e0 "1">${entities}]><a>&e12;</a>`), /^failed: the body is no well-formed XML/)
})

test('faults name their lines', () => {
  assert.deepEqual(processor.faultsOf(sheet('\n<xsl:template match="a[" />\n<xsl:template />')), [
    { line: 2, message: "xsltCompileStepPattern : ']' expected" },
    { line: 2, message: "xsltCompilePattern : failed to compile 'a['" },
    { line: 3, message: 'xsl:template: need to specify match or name attribute' },
  ])
  assert.deepEqual(processor.faultsOf('<a/>'), [
    { line: 1, message: 'xsltParseStylesheetProcess : document is not a stylesheet' },
  ])
  assert.deepEqual(processor.faultsOf(root('<r/>')), [])
})
