import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PolicyElement, readPolicy } from './read-policy.ts'

/** The only element of a sound document. */
function rootOf(text: string): PolicyElement {
  const { roots, diagnostics } = readPolicy('p.xml', text)
  assert.deepEqual(diagnostics, [])
  assert.equal(roots.length, 1)
  return roots[0]!
}

function attributeOf(text: string): { kind: string; text: string } {
  const value = rootOf(text).attributes[0]!.value
  return { kind: value.kind, text: value.source.text }
}

function textOf(text: string): { kind: string; text: string } | undefined {
  const found = rootOf(text).text
  return found && { kind: found.kind, text: found.source.text }
}

const expression = (text: string) => ({ kind: 'expression', text })
const literal = (text: string) => ({ kind: 'literal', text })

test('raw quotes, angle brackets and ampersands belong to the expression of an attribute', () => {
  const source = '@(context.Request.Headers.GetValueOrDefault("A","") == "b" && 1 < 2 && x.As<JObject>()["q"] != null)'
  assert.deepEqual(attributeOf(`<when condition="${source}" />`), expression(source))
})

test('an expression in text keeps generics that look like tags', () => {
  const source = '@{ var o = context.Request.Body.As<JObject>(true); return a < b ? "</value>" : "}"; }'
  assert.deepEqual(textOf(`<value>\n  ${source}\n</value>`), expression(source))
})

test('quotes and brackets in comments, strings and characters do not end an expression', () => {
  for (const source of [
    '@{\n  // don\'t stop at " or )\n  return 1;\n}',
    "@{ /* } \" */ return '\"' + \"\\\"}\" + '}' + '\\''; }",
    '@(@"C:\\" + @"a ""quoted"" )" + $"{(x ? "a}" : ")")} {{literal}} {when:yyyy}" + $@"{a}""\\")',
    '@("{{named-value}}" + $"{{named}}{v}")',
  ]) {
    assert.deepEqual(attributeOf(`<a b="${source}"/>`), expression(source))
    assert.deepEqual(textOf(`<a>${source}</a>`), expression(source))
  }
})

test('a named value may stand without quotes, as reference pages write it; nothing else may', () => {
  const root = rootOf('<proxy url="http://a" username={{user}} password={{pass word}}/>')
  assert.deepEqual(
    root.attributes.map(({ value }) => value.source.text),
    ['http://a', '{{user}}', '{{pass word}}'],
  )
  assert.equal(root.attributes[1]?.value.source.offsetOf(0), 31)
  for (const text of ['<a b=c />', '<a b={{c />', '<a b={c} />', '<a b={{c}}d />'])
    assert.equal(readPolicy('p.xml', text).diagnostics[0]?.code, 'policy.xml', text)
})

test('what is no XML and plainly means something is read so, and told', () => {
  const faultsOf = (text: string) =>
    readPolicy('p.xml', text).diagnostics.map(({ code, column, mend }) => `${column} ${code} ${mend}`)
  const name = '<a b="C=US, O="Contoso, Inc.", OU="R&D"" c="https://<tenant-name>.example/&lt;?d&e=f"/>'
  assert.deepEqual(faultsOf(name), [
    '15 policy.markup write &quot;',
    '35 policy.markup write &quot;',
    '37 policy.markup write &amp;',
    '53 policy.markup write &lt;',
    '81 policy.markup write &amp;',
  ])
  assert.deepEqual(
    readPolicy('p.xml', name).roots[0]?.attributes.map(({ value }) => value.source.text),
    ['C=US, O="Contoso, Inc.", OU="R&D"', 'https://<tenant-name>.example/<?d&e=f'],
  )
  assert.equal(readPolicy('p.xml', '<a>x & y</a>').roots[0]?.text?.source.text, 'x & y')
  for (const text of ['<a b="1"c="2" />', '<a b="x=" c="d" />', '<a b=""c="" />', '<a>&nbsp;</a>', '<a b="c><d e="f" />'])
    assert.ok(
      faultsOf(text).every(fault => !fault.includes('policy.markup')),
      text,
    )
})

test('a comment of a word processor is one, and told; declarations of namespaces say nothing', () => {
  const { roots, diagnostics } = readPolicy('p.xml', '<a xmlns:x="urn:x" b="c"><!— more "@( --><d /></a>')
  assert.deepEqual(
    diagnostics.map(({ code, column }) => [code, column]),
    [['policy.markup', 26]],
  )
  assert.deepEqual([roots[0]?.attributes.map(({ name }) => name), roots[0]?.children.length], [['b'], 1])
})

test('a single-quoted attribute may hold C# characters', () => {
  assert.deepEqual(attributeOf(`<a b='@(x == 'a' ? "it''s" : "b")' />`), expression(`@(x == 'a' ? "it''s" : "b")`))
})

test('an escaped expression is decoded, and its characters keep their places', () => {
  const file = '<a b="@(context.Variables[&quot;x&quot;] != null &amp;&amp; 1 &lt; 2)" c="d"/>'
  const root = rootOf(file)
  const { source } = root.attributes[0]!.value
  assert.equal(source.text, '@(context.Variables["x"] != null && 1 < 2)')
  assert.equal(source.offsetOf(source.text.indexOf('&&')), file.indexOf('&amp;'))
  assert.equal(source.offsetOf(source.text.indexOf('1 <')), file.indexOf('1 &lt;'))
  assert.equal(root.attributes[1]?.value.source.text, 'd')
})

test('an entity inside a string of a raw expression is the C# text that it is', () => {
  const source = '@(text.Replace("&lt;", "<"))'
  assert.deepEqual(attributeOf(`<a b="${source}"/>`), expression(source))
})

test('blanks around an expression are no part of it', () => {
  assert.deepEqual(attributeOf('<a b=" @(1) "/>'), expression('@(1)'))
  assert.deepEqual(textOf('<a>\r\n\t<!-- why -->\r\n @(1)\r\n</a>'), expression('@(1)'))
})

test('a literal is decoded, its comments left out', () => {
  assert.deepEqual(attributeOf('<a b="x &lt; &#65;\n&#x42;"/>'), literal('x < A B'))
  assert.deepEqual(textOf('<a>x &amp; <!-- no -- @( --> y</a>'), literal('x &  y'))
  assert.equal(textOf('<a>  <!-- @{ "unclosed }  --> </a>'), undefined)
})

test('CDATA is taken as it stands, an expression in it too', () => {
  assert.deepEqual(textOf('<a><![CDATA[ {"a": "<b>&amp;"} ]]></a>'), literal(' {"a": "<b>&amp;"} '))
  assert.deepEqual(textOf('<a><![CDATA[@(a < b && "]]" == c)]]></a>'), expression('@(a < b && "]]" == c)'))
})

test('byte order mark, declaration, comments before the root and CRLF are fine', () => {
  const file =
    '\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n<!-- a -- b -->\r\n<policies>\r\n  <inbound a="@("x")"/>\r\n</policies>\r\n'
  const { roots, lines } = readPolicy('p.xml', file)
  const inbound = roots[0]!.children[0]!
  assert.deepEqual(lines.position(inbound.offset), { line: 4, column: 3 })
  assert.deepEqual(lines.position(inbound.attributes[0]!.offset), { line: 4, column: 12 })
  assert.deepEqual(lines.position(inbound.attributes[0]!.value.source.offsetOf(0)), { line: 4, column: 15 })
})

test('a snippet without a root gives each of its elements', () => {
  const { roots, diagnostics } = readPolicy('p.xml', '<!-- c -->\n<set-header name="a"/>\n<base/>')
  assert.deepEqual(diagnostics, [])
  assert.deepEqual(
    roots.map(root => root.name),
    ['set-header', 'base'],
  )
})

test('liquid tags may hold comparison signs', () => {
  assert.deepEqual(
    textOf('<a>{% if body.x < 3 && y %}{{body.x}}{% endif %}</a>'),
    literal('{% if body.x < 3 && y %}{{body.x}}{% endif %}'),
  )
})

test('the inside of an element is at hand as it was written', () => {
  assert.equal(rootOf('<a><b c="1">x</b> y</a>').inner.text, '<b c="1">x</b> y')
})

function faultsOf(text: string): string[] {
  return readPolicy('p.xml', text).diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`)
}

test('an expression without an end is told where it begins', () => {
  assert.deepEqual(faultsOf('<a>\n  <b c="@(x(1)" d="e"/>\n</a>'), ['2:9 policy.expression-unclosed'])
  assert.deepEqual(faultsOf('<a>\n  <b>@{ if (x) { </b>\n</a>'), ['2:6 policy.expression-unclosed'])
})

test('text after an expression is told where it begins', () => {
  assert.deepEqual(faultsOf('<a b="@(1) and more"/>'), ['1:11 policy.expression-trailing'])
  assert.deepEqual(faultsOf('<a>@(1) and more</a>'), ['1:8 policy.expression-trailing'])
})

test('what is no XML is told once, at its place', () => {
  assert.deepEqual(faultsOf('<a>\n  <b></c>\n</a>'), ['2:9 policy.xml'])
  assert.deepEqual(faultsOf('<a b="1" b="2"/>'), ['1:16 policy.xml'])
  assert.deepEqual(faultsOf('<!DOCTYPE a><a/>'), ['1:1 policy.xml'])
  assert.equal(faultsOf('').length, 0)
  assert.equal(faultsOf('nothing').length, 1)
})

/** A small linear congruential generator: the same documents in every run. */
function* randomNumbers(seed: number): Generator<number> {
  let state = seed
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state / 2 ** 32
  }
}

const document = `\uFEFF<?xml version="1.0"?>\n<!-- it's -- here @( -->\r\n<policies><inbound a="@(x["q"] && $"{a:b}{{c}}" == @"d""e")" b='l &lt; t'>
<set-body template="liquid">{% if a < b %}{{c}}{% endif %}</set-body><value>@{ // "}\n return 'c' + x.As<JObject>(); }</value>
<v c="@(x[&quot;a&quot;] &amp;&amp; b)"/><![CDATA[@(1)]]></inbound></policies>`

test('no mutated document makes the reader fail with anything but diagnostics', () => {
  const random = randomNumbers(7)
  const pick = (n: number) => Math.floor((random.next().value as number) * n) // the generator never ends
  const scraps = [
    '"',
    "'",
    '<',
    '>',
    '&',
    '@(',
    '@{',
    '{',
    '}',
    '(',
    ')',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '/',
    '\n',
    '$"',
    '@"',
    '//',
    '/*',
    '\\',
    '&quot;',
    '<?',
    '=',
    '\0',
    '\uD800',
  ]
  for (let round = 0; round < 3000; round++) {
    let text = document
    for (let edits = 1 + pick(4); edits > 0; edits--) {
      const at = pick(text.length)
      const scrap = scraps[pick(scraps.length)] ?? ''
      text = text.slice(0, at) + (pick(2) === 0 ? scrap : '') + text.slice(at + pick(12))
    }
    const { diagnostics, roots, lines } = readPolicy('p.xml', text)
    for (const { line, column } of diagnostics) assert.ok(line >= 1 && column >= 1, text)
    const visit = (element: PolicyElement): void => {
      const { line } = lines.position(element.offset)
      assert.ok(line >= 1 && text.replace('\uFEFF', '')[element.offset] === '<', text)
      element.children.forEach(visit)
    }
    roots.forEach(visit)
  }
})
