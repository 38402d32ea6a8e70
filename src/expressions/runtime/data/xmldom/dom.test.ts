import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompiler } from '../../../expressions.ts'
import { textOf } from '../../../types/boxing.ts'

const compiler = createCompiler({ types: [], globals: {} })

function evaluate(source: string): string {
  const result = compiler.compile(source)
  assert.ok(result.ok, JSON.stringify(result.diagnostics))
  return textOf(result.compiled.evaluate({}))
}

test('an XmlDocument answers XPath queries and shows its nodes', () => {
  const body =
    'XmlDocument d = new XmlDocument(); d.LoadXml("<k><o a=\'1\'>x</o><o>y</o></k>"); var e = d.DocumentElement;' +
    'return e.SelectSingleNode("/k/o").InnerText + e.SelectNodes("o").Count + e["o"].GetAttribute("a") + e.Name + (d.SelectSingleNode("//q") == null) + e.FirstChild.OuterXml;'
  assert.equal(evaluate(`@{ ${body} }`), 'x21kTrue<o a="1">x</o>')
})

test('an XmlDocument can be changed', () => {
  const body =
    'var d = new XmlDocument(); d.LoadXml("<k/>"); var c = d.CreateElement("c"); c.InnerText = "<t>"; c.SetAttribute("z", "1"); d.DocumentElement.AppendChild(c); return d.OuterXml;'
  assert.equal(evaluate(`@{ ${body} }`), '<k><c z="1">&lt;t&gt;</c></k>')
})
