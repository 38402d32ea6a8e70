import { type FuzzCase, Random } from './random.ts'

/**
 * Expressions over Newtonsoft.Json, made from a seed: documents as people and their clients write them, right and wrong, read,
 * queried, cast, changed and printed. The same seed gives the same cases.
 */
export function generateJson(seed: number, count: number): FuzzCase[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, i) => ({ id: `json-${seed}-${i}`, expression: expression(random) }))
}

function expression(random: Random): string {
  return random.pick([printed, indented, selected, castTo, changed, merged, serialized, deserialized, compared, walked])(random)
}

/** A C# verbatim string. */
const verbatim = (text: string) => `@"${text.replaceAll('"', '""')}"`

const guarded = (body: string) => `@{ try { ${body} } catch (JsonException e) { return e.GetType().Name + ": " + e.Message; } }`

const parsed = (random: Random) => `JToken.Parse(${verbatim(document(random, 3))})`

function printed(random: Random): string {
  const json = random.chance(0.4) ? damaged(random, document(random, 3)) : document(random, 3)
  return guarded(`return JToken.Parse(${verbatim(json)}).ToString(Formatting.None);`)
}

const indented = (random: Random) => `@(${parsed(random)}.ToString())`

function selected(random: Random): string {
  const path = path_(random)
  return guarded(
    `return string.Join(" | ", ${parsed(random)}.SelectTokens(${verbatim(random.chance(0.15) ? damaged(random, path) : path)}${random.chance(0.2) ? ', true' : ''}).Select(t => t.Path + "=" + t.ToString(Formatting.None)));`,
  )
}

const casts = ['int', 'int?', 'long', 'double', 'decimal', 'bool', 'bool?', 'string', 'float', 'short', 'byte', 'uint', 'ulong']

function castTo(random: Random): string {
  const type = random.pick(casts)
  const token = `JToken.Parse(${verbatim(`[${scalar(random)}]`)})[0]`
  const form = random.pick([`(${type})${token}`, `${token}.Value<${type}>()`, `${token}.ToObject<${type}>()`])
  return `@(${form})`
}

function changed(random: Random): string {
  const steps = Array.from({ length: 1 + random.below(5) }, () => change(random))
  return guarded(`var o = JObject.Parse(${verbatim(object(random, 2))}); ${steps.join(' ')} return o.ToString(Formatting.None);`)
}

function change(random: Random): string {
  const name = `"${random.pick(names)}"`
  return random.pick([
    `o[${name}] = ${value(random)};`,
    `o.Remove(${name});`,
    `o.AddFirst(new JProperty(${name} + "f", ${value(random)}));`,
    `if (o[${name}] != null) o[${name}].Replace(${value(random)});`,
    `if (o.Property(${name}) != null) o.Property(${name}).AddAfterSelf(new JProperty(${name} + "n", ${value(random)}));`,
    `o[${name}] = new JArray(${value(random)}, ${value(random)});`,
    `foreach (var p in o.Properties().Where(x => x.Name.Length > ${random.below(3)}).ToList()) p.Value = ${value(random)};`,
    `o[${name}] = o.DeepClone();`,
  ])
}

const value = (random: Random) =>
  random.pick([
    '1',
    '-2.5',
    '"x"',
    'true',
    '(string)null',
    '1.10m',
    '3L',
    'new JObject()',
    'new JArray(1, "y")',
    'new JValue((object)null)',
    '0.1f',
  ])

function merged(random: Random): string {
  const handling = random.pick(['Concat', 'Union', 'Replace', 'Merge'])
  return guarded(
    `var a = JObject.Parse(${verbatim(object(random, 3))}); a.Merge(JObject.Parse(${verbatim(object(random, 3))}), new JsonMergeSettings { MergeArrayHandling = MergeArrayHandling.${handling} }); return a.ToString(Formatting.None);`,
  )
}

const literals = [
  '1',
  '2.0',
  '1e21',
  '0.1',
  '-0.0',
  '1.0f / 3',
  '10m',
  '1.50m',
  '"a\\u0001\\"b"',
  "'c'",
  'true',
  'null',
  'long.MinValue',
  'ulong.MaxValue',
  'new[] { 1, 2 }',
  'new { q = "z" }',
  'new List<object> { 1, null }',
  'new Dictionary<string, object> { { "k", 1.5 } }',
  'double.NaN',
  'DayOfWeek.Friday',
]

function serialized(random: Random): string {
  const members = names
    .slice(0, 1 + random.below(4))
    .map(name => `${name.replace(/\W/g, '_')}_ = (object)${random.pick(literals)}`)
  return `@(JsonConvert.SerializeObject(new { ${members.join(', ')} }${random.chance(0.3) ? ', Formatting.Indented' : ''}))`
}

function deserialized(random: Random): string {
  const type = random.pick([
    'Dictionary<string, object>',
    'List<object>',
    'Dictionary<string, string>',
    'List<string>',
    'int[]',
    'JObject',
    'JArray',
    'object',
    'List<double>',
  ])
  // Newtonsoft 10 stumbles over comments here
  const json = random.pick([object(random, 1), array(random, 1), scalar(random)]).replaceAll('/*c*/', '')
  return `@{ try { return JsonConvert.SerializeObject(JsonConvert.DeserializeObject<${type}>(${verbatim(json)})); } catch (Exception e) { return e is JsonException; } }`
}

function compared(random: Random): string {
  const json = document(random, 2)
  const other = random.chance(0.5) ? json : document(random, 2)
  return `@(JToken.DeepEquals(JToken.Parse(${verbatim(json)}), JToken.Parse(${verbatim(other)})))`
}

function walked(random: Random): string {
  const walk = random.pick([
    'string.Join(",", ((JContainer)t).Descendants().Select(d => d.Path + ":" + d.Type))',
    't.Children().Count() + "/" + t.Children<JObject>().Count()',
    'string.Join(",", t.AncestorsAndSelf().Concat(t.Children()).Select(d => d.Type))',
    '(t.First == null) + "," + (t.Last == null ? "" : t.Last.Path)',
    'string.Join(",", ((JContainer)t).DescendantsAndSelf().OfType<JValue>().Select(v => v.ToString()))',
  ])
  return `@{ var t = JToken.Parse(${verbatim(random.chance(0.5) ? object(random, 3) : array(random, 3))}); return ${walk}; }`
}

const names = ['a', 'b', 'id', 'name', 'x y', 'c.d', 'Total', '$v', '__proto__', 'é', '']

function document(random: Random, depth: number): string {
  return random.chance(0.5) ? object(random, depth) : random.chance(0.6) ? array(random, depth) : scalar(random)
}

const nested = (random: Random, depth: number) =>
  depth <= 0 || random.chance(0.5) ? scalar(random) : document(random, depth - 1)

function object(random: Random, depth: number): string {
  const members = Array.from({ length: random.below(4) }, () => `${key(random)}:${blank(random)}${nested(random, depth)}`)
  return `{${members.join(`,${blank(random)}`)}${random.chance(0.05) && members.length > 0 ? ',' : ''}}`
}

function array(random: Random, depth: number): string {
  return `[${Array.from({ length: random.below(5) }, () => nested(random, depth)).join(`${blank(random)},`)}]`
}

function key(random: Random): string {
  const name = random.pick(names)
  if (random.chance(0.1) && /^[\w$]+$/.test(name)) return name
  return random.chance(0.1) ? `'${name}'` : `"${name}"`
}

const blank = (random: Random) => random.pick(['', '', '', ' ', '\n  ', '/*c*/'])

const scalars = [
  '0',
  '1',
  '-1',
  '42',
  '1.5',
  '-0.25',
  '1e3',
  '1E-7',
  '2.50',
  '123456789012',
  '12345678901234567890',
  '0.1',
  '-0',
  '1.0',
  '"text"',
  '"5"',
  '"1.5"',
  '"true"',
  '"2020-01-02T03:04:05Z"',
  '"2020-02-30T00:00:00"',
  '"2020-01-02T03:04:05.678"',
  '""',
  '" 7 "',
  '"a\\u00e9\\n\\"b"',
  "'q'",
  'true',
  'false',
  'null',
  '"é😀"',
  '"<&>"',
  '9223372036854775807',
  '3.14159265358979',
  '1e16',
  '100000.0',
  '"AQID"',
]

const scalar = (random: Random) => random.pick(scalars)

function path_(random: Random): string {
  const parts = Array.from({ length: 1 + random.below(3) }, () =>
    random.pick([
      '.a',
      '.b',
      '.id',
      '.*',
      '[0]',
      '[1]',
      '[*]',
      '[-1:]',
      '[:2]',
      '[::2]',
      "['x y']",
      "['a','b']",
      '..a',
      '..*',
      '[?(@.a)]',
      '[?(@.id > 1)]',
      "[?(@.a == 'text' || @.b)]",
      '[0,1]',
      '[?(@ == 1)]',
      "[?(@.name != 'q')]",
    ]),
  )
  return `$${parts.join('')}`
}

function damaged(random: Random, text: string): string {
  const at = random.below(text.length + 1)
  return random.pick([
    text.slice(0, at),
    text.slice(0, at) + random.pick(['}', ']', ',', ':', '"', 'x', '\\', ' ', '1', '-', "'", '(', '.']) + text.slice(at),
    text.slice(0, at) + text.slice(at + 1),
  ])
}
