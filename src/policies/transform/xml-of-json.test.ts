import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBudget } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import '../context/policy-compiler.ts' // whose types the reader of JSON needs
import { xmlOfJson } from './xml-of-json.ts'

function converted(json: string): string {
  startBudget(1_000_000)
  try {
    return xmlOfJson(json, { parseDates: true, separator: '_', namespacePrefix: undefined, attributeBlock: undefined })
  } catch (error) {
    if (error instanceof NetException) return 'refused'
    throw error
  }
}

/** Each with what Newtonsoft.Json 10 makes of it (DeserializeXmlNode). */
const asNewtonsoft: readonly (readonly [json: string, xml: string])[] = [
  ['{"a":null}', '<a />'],
  ['{"a":{"b":null,"c":[]}}', '<a><b /></a>'],
  ['{"a":[{"b":1}]}', '<a><b>1</b></a>'],
  ['{"a":[[1,2]]}', '<a><a>1</a><a>2</a></a>'],
  ['{"a":[null]}', '<a />'],
  ['{"r":{"a":[1,2,null,true,2.50]}}', '<r><a>1</a><a>2</a><a /><a>true</a><a>2.5</a></r>'],
  ['{"r":{"a":[[1,2],[3]]}}', '<r><a><a>1</a><a>2</a></a><a><a>3</a></a></r>'],
  ['{"r":{"a":[1,{"@x":2},[3]]}}', '<r><a>1</a><a x="2" /><a><a>3</a></a></r>'],
  ['{"r":{"b":1,"@id":7,"@n":null,"@t":true,"@f":1.5}}', '<r id="7" n="" t="true" f="1.5"><b>1</b></r>'],
  ['{"r":{"#text":["x","y"]}}', '<r>xy</r>'],
  ['{"r":{"b":1,"#text":"x"}}', '<r><b>1</b>x</r>'],
  ['{"r":{"#whitespace":" ","#significant-whitespace":"  ","b":1}}', '<r>   <b>1</b></r>'],
  ['{"r":{"#cdata-section":["<x>","y"]}}', '<r><![CDATA[<x>]]><![CDATA[y]]></r>'],
  ['{"r":{"#cdata-section":"a]]>b"}}', '<r><![CDATA[a]]]]><![CDATA[>b]]></r>'],
  ['{"r":{"#comment":"hi"}}', '<r><_x0023_comment>hi</_x0023_comment></r>'],
  ['{"r":{"?pi":"text"}}', '<r><?pi text?></r>'],
  ['{"?xml":{"@version":"1.0","@standalone":"no"},"r":1}', '<?xml version="1.0" standalone="no"?><r>1</r>'],
  ['{"p:r":{"@xmlns:p":"urn:p","p:a":1,"q:b":2}}', '<p:r xmlns:p="urn:p"><p:a>1</p:a><b>2</b></p:r>'],
  ['{"r":{"@q:b":2}}', '<r b="2" />'],
  ['{"r":{"@xmlns":"urn:d","a":1}}', '<r xmlns="urn:d"><a>1</a></r>'],
  [
    '{"r":{"1x":2,"_x0041_":3,"a$b":4,"/":5,"@@a":6}}',
    '<r _x0040_a="6"><_x0031_x>2</_x0031_x><_x005F_x0041_>3</_x005F_x0041_><a_x0024_b>4</a_x0024_b><_x002F_>5</_x002F_></r>',
  ],
  ['{"r":{"é":1,"中":2,"😀":3}}', '<r><é>1</é><中>2</中><_x0001F600_>3</_x0001F600_></r>'],
  [
    '{"r":{"$id":"1","$type":"T","s":{"$ref":"2"}}}',
    '<r xmlns:json="http://james.newtonking.com/projects/json" json:id="1" json:type="T"><s json:ref="2" /></r>',
  ],
  ['{"r":{"$other":1}}', '<r><_x0024_other>1</_x0024_other></r>'],
  ['{"r":1e3}', '<r>1000</r>'],
  ['{"r":12345678901234567890}', '<r>12345678901234567890</r>'],
  ['{"r":100000000000000000000000.0}', '<r>1E+23</r>'],
  ['{"r":Infinity}', '<r>INF</r>'],
  ['{"r":-Infinity}', '<r>-INF</r>'],
  ['{"r":"Infinity"}', '<r>Infinity</r>'],
  ['{"r":undefined}', '<r />'],
  ['{"r":"2012-03-12T10:00:00+02:00"}', '<r>2012-03-12T08:00:00+00:00</r>'],
  ['{"r":"2012-03-12"}', '<r>2012-03-12</r>'],
  ["{'r':'x',}", '<r>x</r>'],
  ...(
    [
      '{"r":{"":5}}',
      '{"r":{"a":{"@n":[1,2]}}}',
      '{"r":{"@a":{"b":1}}}',
      '{"r":{"#text":{"a":1}}}',
      '{"r":{"?pi":{"a":1}}}',
      '{"r":{"?":1}}',
      '{"r":{"a:b:c":1}}',
      '{"r":{":a":1}}',
      '{"r":{"a:":1}}',
      '{"r":{"xmlns:a":1}}',
      '{"r":{"$type":{"a":1}}}',
      '{"?xml":{"@bad":"1.0"},"r":1}',
      '{"?xml":null,"r":1}',
      '/*c*/{"r":1}',
      '{"r":1E400}',
    ] as const
  ).map(json => [json, 'refused'] as const),
]

test('JSON becomes the XML that Newtonsoft makes of it', () => {
  for (const [json, xml] of asNewtonsoft) assert.equal(converted(json), xml, json)
})

test('an instruction cannot end itself, nor be a declaration', () => {
  assert.equal(converted('{"r":{"?pi":"a?><b/>"}}'), 'refused')
  assert.equal(converted('{"r":{"?xml":"version"}}'), 'refused')
  assert.equal(converted('{"r":{"?a b":"x"}}'), 'refused')
})
