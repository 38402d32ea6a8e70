import { type FuzzCase, Random } from './random.ts'

/**
 * Expressions over System.Xml.Linq, made from a seed: documents read, walked, changed, built and printed, with namespaces, mixed
 * content and blanks. The same seed gives the same cases.
 */
export function generateXml(seed: number, count: number): FuzzCase[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, i) => ({ id: `xml-${seed}-${i}`, expression: expression(random) }))
}

function expression(random: Random): string {
  return random.pick([printed, printed, walked, changed, built, compared, cast, damagedDocument])(random)
}

const verbatim = (text: string) => `@"${text.replaceAll('"', '""')}"`

function printed(random: Random): string {
  const keep = random.chance(0.2) ? ', LoadOptions.PreserveWhitespace' : ''
  const flat = random.chance(0.3) ? 'SaveOptions.DisableFormatting' : ''
  return `@(XDocument.Parse(${verbatim(document(random))}${keep}).ToString(${flat}))`
}

function damagedDocument(random: Random): string {
  const text = document(random)
  const at = random.below(text.length + 1)
  const broken = random.chance(0.5)
    ? text.slice(0, at) + random.pick(['<', '>', '&', '"', '/', 'x', ' ', '=']) + text.slice(at)
    : text.slice(0, at) + text.slice(at + 1)
  return `@{ try { return XElement.Parse(${verbatim(broken)}).ToString(); } catch (Exception e) { return e.GetType().Name; } }`
}

const walks = [
  'string.Join(",", x.Descendants().Select(e => e.Name))',
  'string.Join(",", x.DescendantNodesAndSelf().Select(n => n.NodeType))',
  'string.Join("|", x.Elements().Select(e => e.Value))',
  'string.Join(",", x.DescendantsAndSelf().Attributes().Select(a => a.Name + "=" + a.Value))',
  'string.Join(",", x.Descendants("b").Select(e => e.ElementsAfterSelf().Count()))',
  'string.Join(",", x.Nodes().Select(n => n.NodesBeforeSelf().Count()))',
  'x.Value',
  '(string)x.Element("a") ?? "none"',
  'string.Join(";", x.Descendants().Select(e => e.ToString(SaveOptions.DisableFormatting)))',
  'string.Join(",", x.DescendantNodes().OfType<XText>().Select(t => t.Value.Length))',
  'string.Join(",", x.Descendants().Select(e => e.AncestorsAndSelf().Count() + "" + e.IsEmpty + e.HasElements))',
  'string.Join(",", x.Descendants().Select(e => e.GetDefaultNamespace().NamespaceName))',
]

const walked = (random: Random) =>
  `@{ var x = XElement.Parse(${verbatim(element(random, 3, []))}); return ${random.pick(walks)}; }`

function changed(random: Random): string {
  const steps = Array.from({ length: 1 + random.below(4) }, () => change(random))
  return `@{ var x = XElement.Parse(${verbatim(element(random, 2, []))}); ${steps.join(' ')} return x.ToString(${random.chance(0.5) ? 'SaveOptions.DisableFormatting' : ''}); }`
}

function change(random: Random): string {
  return random.pick([
    `x.Add(${content(random)});`,
    `x.AddFirst(${content(random)});`,
    `x.SetElementValue("b", ${random.pick(['1', '"t"', 'null', 'true'])});`,
    `x.SetAttributeValue("k", ${random.pick(['1', '"<\\"&"', 'null', '1.50m'])});`,
    'foreach (var e in x.Elements("a").ToList()) e.Remove();',
    `foreach (var e in x.Elements().ToList()) e.AddAfterSelf(${content(random)});`,
    `foreach (var e in x.Elements().ToList()) e.AddBeforeSelf(new XComment("c"));`,
    `foreach (var e in x.Elements("b").ToList()) e.ReplaceWith(${content(random)});`,
    'x.DescendantNodes().OfType<XComment>().Remove();',
    `x.ReplaceNodes(${content(random)});`,
    'x.Descendants().Attributes().Remove();',
    'foreach (var e in x.DescendantsAndSelf()) e.Name = e.Name.LocalName;',
    'x.Add(x);',
    'x.Add(x.Elements().ToList());',
  ])
}

function content(random: Random): string {
  return random.pick([
    '"t"',
    '1.5',
    'new XElement("n", "v")',
    'new XText("u")',
    'new XCData("<d>")',
    'new object[] { "p", new XElement("q"), null, 2 }',
    'new XElement("{urn:z}z", new XAttribute("{urn:y}y", 1))',
    'new XElement("e", "")',
    'new XComment("k")',
    'true',
  ])
}

function built(random: Random): string {
  return `@(${elementCode(random, 3)}.ToString(${random.chance(0.3) ? 'SaveOptions.DisableFormatting' : ''}))`
}

const codeNames = ['"a"', '"b"', '"{urn:u}c"', '"{urn:v}d"', 'XName.Get("e", "urn:u")']

function elementCode(random: Random, depth: number): string {
  const parts: string[] = []
  if (random.chance(0.2))
    parts.push(`new XAttribute(XNamespace.Xmlns + "${random.pick(['p', 'q'])}", "urn:${random.pick(['u', 'v'])}")`)
  if (random.chance(0.3))
    parts.push(`new XAttribute(${random.pick(['"k"', '"{urn:u}k"', '"{urn:w}m"'])}, ${random.pick(['1', '"<v>"', 'true'])})`)
  for (let left = random.below(4); left > 0; left--)
    parts.push(depth > 0 && random.chance(0.6) ? elementCode(random, depth - 1) : content(random))
  return `new XElement(${[random.pick(codeNames), ...parts].join(', ')})`
}

function compared(random: Random): string {
  const first = element(random, 2, [])
  const second = random.chance(0.5) ? first : element(random, 2, [])
  return `@(XNode.DeepEquals(XElement.Parse(${verbatim(first)}), XElement.Parse(${verbatim(second)})))`
}

function cast(random: Random): string {
  const text = random.pick([
    '1',
    ' 2 ',
    '1.5',
    'true',
    '0',
    'x',
    '',
    '1e3',
    'INF',
    '-7',
    '99999999999',
    'TRUE',
    '1,000',
    '+4',
    '.5',
    '0x1',
  ])
  const type = random.pick(['int', 'int?', 'long', 'double', 'decimal', 'bool', 'string', 'float', 'uint', 'ulong'])
  return `@((${type})XElement.Parse("<a>${text}</a>"))`
}

function document(random: Random): string {
  const declaration = random.chance(0.2) ? '<?xml version="1.0" encoding="utf-8"?>' : ''
  const before = random.chance(0.15) ? '<!-- top -->' : ''
  return declaration + before + element(random, 3, [])
}

const texts = ['t', ' ', '\n  ', 'a &lt; b', '&amp;', 'é😀', '  x  ', '&#65;', ']]&gt;', '"\'']

/** `prefixes`: those declared above. */
function element(random: Random, depth: number, prefixes: readonly string[]): string {
  const declared = random.chance(0.25) ? random.pick(['p', 'q']) : undefined
  const scope = declared === undefined ? prefixes : [...prefixes, declared]
  const prefix = scope.length > 0 && random.chance(0.5) ? `${random.pick(scope)}:` : ''
  const tag = prefix + random.pick(['a', 'b', 'c', 'd'])
  const attributes = [
    declared === undefined ? '' : ` xmlns:${declared}="urn:${random.pick(['u', 'v'])}"`,
    random.chance(0.15) ? ` xmlns="${random.pick(['urn:d', 'urn:e', ''])}"` : '',
    random.chance(0.3) ? ` k="${random.pick(['1', '&lt;', "it's", 'x&#10;y', ''])}"` : '',
    scope.length > 0 && random.chance(0.2) ? ` ${random.pick(scope)}:m="2"` : '',
  ].join('')
  const children = Array.from({ length: random.below(4) }, () => child(random, depth, scope)).join('')
  return children === '' && random.chance(0.5) ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${children}</${tag}>`
}

function child(random: Random, depth: number, scope: readonly string[]): string {
  if (depth > 0 && random.chance(0.6)) return element(random, depth - 1, scope)
  return random.pick([random.pick(texts), random.pick(texts), '<!-- c -->', '<![CDATA[<x>]]>', '<?pi d?>'])
}
