import { type FuzzCase, Random } from './random.ts'

/** Regular expressions of .NET's syntax over short texts, made from a seed: every match with all its captures, replaced and split. */
export function generateRegex(seed: number, count: number): FuzzCase[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, i) => ({ id: `regex-${seed}-${i}`, expression: expression(random) }))
}

const expression = (random: Random): string => random.pick([matched, matched, matched, replaced, split, damaged])(random)

const verbatim = (text: string) => `@"${text.replaceAll('"', '""')}"`
const input = (random: Random) => Array.from({ length: random.below(14) }, () => random.pick([...'aabbcAB1 -.'])).join('')

const options = ['IgnoreCase', 'Multiline', 'Singleline', 'ExplicitCapture', 'IgnorePatternWhitespace', 'RightToLeft']

const chosen = (random: Random) =>
  random.chance(0.6) ? 'RegexOptions.None' : `RegexOptions.${random.pick(options)} | RegexOptions.${random.pick(options)}`

const atoms = ['a', 'b', 'c', 'A', '1', '.', '\\w', '\\d', '\\s', '[ab]', '[^a]', '[a-c-[b]]', '\\W', '-', '\\.', '\\p{Lu}']
const edges = ['^', '$', '\\b', '\\B', '\\A', '\\z', '\\Z']
const greedy = ['*', '+', '?', '{2}', '{1,2}', '{2,}']
const quantifiers = [...greedy, '*?', '+?', '??', '{0,2}?']

function pattern(random: Random, depth: number): string {
  const branches = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () =>
    Array.from({ length: 1 + random.below(3) }, () => piece(random, depth)).join(''),
  )
  return branches.join('|')
}

function piece(random: Random, depth: number): string {
  if (random.chance(0.12)) return random.pick(edges)
  const isGroup = depth > 0 && random.chance(0.45)
  const body = isGroup ? group(random, depth - 1) : random.pick(atoms)
  // .NET Framework loses the start of the match, or all memory, when a turn of a lazy loop takes nothing
  return random.chance(0.4) ? body + random.pick(isGroup ? greedy : quantifiers) : body
}

function group(random: Random, depth: number): string {
  const open = random.pick(['(', '(', '(', '(?:', '(?<n>', '(?<m>', '(?=', '(?!', '(?<=', '(?<!', '(?>', '(?i:', '(?i-s:'])
  return `${open}${pattern(random, depth)})`
}

/** Now and then a reference back, a condition or a balancing group, to groups that are surely there. */
function whole(random: Random): string {
  const body = pattern(random, 2)
  const extra = random.pick(['', '', '', '\\1', '(?(1)b|c)', '(?<-n>b)', '\\k<n>', '(?(n)a|b)'])
  return extra === '' ? body : `(a|b)?(?<n>.)?${body}${extra}`
}

const dump =
  'var s = new StringBuilder(); for (var m = r.Match(t); m.Success && s.Length < 500; m = m.NextMatch()) { s.Append(m.Index + "+" + m.Length); for (var g = 1; g < m.Groups.Count; g++) { s.Append("("); foreach (Capture c in m.Groups[g].Captures) s.Append(c.Index + "+" + c.Length + " "); s.Append(")"); } s.Append(";"); } return s.ToString();'

const matched = (random: Random) =>
  `@{ var t = ${verbatim(input(random))}; var r = new Regex(${verbatim(whole(random))}, ${chosen(random)}); ${dump} }`

// biome-ignore lint/suspicious/noTemplateCurlyInString: .NET's own notation
const replacements = ['[$0]', '$1-', '${n}', "<$&|$`|$'>", '$$$+', '$_', '${x}$9']

const replaced = (random: Random) =>
  `@(new Regex(${verbatim(whole(random))}, ${chosen(random)}).Replace(${verbatim(input(random))}, ${verbatim(random.pick(replacements))}, ${random.below(4) - 1}))`

const split = (random: Random) =>
  `@(string.Join("|", new Regex(${verbatim(whole(random))}, ${chosen(random)}).Split(${verbatim(input(random))}, ${random.below(4)})))`

/** Patterns with a character taken out or put in: they parse, or throw the same message. */
function damaged(random: Random): string {
  const text = pattern(random, 2)
  const at = random.below(text.length + 1)
  const broken =
    text.slice(0, at) +
    random.pick(['', '(', ')', '[', ']', '*', '?', '{', '\\', '|', '<', '(?']) +
    text.slice(at + random.below(2))
  return `@{ try { var t = ${verbatim(input(random))}; var r = new Regex(${verbatim(broken)}); ${dump} } catch (ArgumentException e) { return e.Message; } }`
}
