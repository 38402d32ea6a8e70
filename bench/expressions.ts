import { createCompiler } from '../src/expressions/expressions.ts'
import { contextTypes } from '../src/policies/context/context-types.ts'
import { contextFromJson } from '../src/policies/context/from-json.ts'

/**
 * The common forms of policy expressions beside hand-written JavaScript that does the same with plain data:
 * `node bench/expressions.ts [--json]`. Nanoseconds a call, the best of several rounds; a ratio of 2 is the goal for the first two.
 */
interface Form {
  readonly name: string
  readonly expression: string
  readonly byHand: () => unknown
}

const token = [
  { alg: 'RS256', typ: 'JWT' },
  { sub: 'alice', roles: ['reader', 'admin'], aud: 'api://colors' },
].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
const json = '{"order":{"lines":[{"sku":"a","count":3},{"sku":"b","count":5}]}}'

const context = contextFromJson({
  request: {
    method: 'GET',
    url: 'https://api.example.com/colors?q=1',
    headers: { 'X-Caller': ['web'], Accept: ['application/json'] },
  },
  variables: { bearer: `Bearer ${token.join('.')}.c2ln`, tenant: 'contoso', count: 42 },
})

// the same data as a JavaScript programmer would hold it
const headers = new Map<string, readonly string[]>([
  ['x-caller', ['web']],
  ['accept', ['application/json']],
])
const variables = new Map<string, unknown>([
  ['tenant', 'contoso'],
  ['count', 42],
])
const claims = new Map<string, readonly string[]>([
  ['sub', ['alice']],
  ['roles', ['reader', 'admin']],
])

const header = (name: string, otherwise: string) => headers.get(name.toLowerCase())?.join(',') ?? otherwise

const forms: readonly Form[] = [
  {
    name: 'a header with a default',
    expression: '@(context.Request.Headers.GetValueOrDefault("X-Caller", "none"))',
    byHand: () => header('X-Caller', 'none'),
  },
  {
    name: 'a claim of a Jwt in a variable',
    expression: '@(((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("sub", ""))',
    byHand: () => claims.get('sub')?.join(',') ?? '',
  },
  {
    name: 'a variable of a type',
    expression: '@(context.Variables.GetValueOrDefault<string>("tenant") == "contoso")',
    byHand: () => variables.get('tenant') === 'contoso',
  },
  {
    name: 'a JObject path, parsing included',
    expression: `@((string)JObject.Parse(${JSON.stringify(json)})["order"]["lines"][1]["sku"])`,
    byHand: () => (JSON.parse(json) as { order: { lines: { sku: string }[] } }).order.lines[1]?.sku, // the shape of the text above
  },
  {
    name: 'a regular expression match',
    expression: '@(Regex.IsMatch(context.Request.Url.Path, "^/colors(/[a-z]+)?$"))',
    byHand: () => /^\/colors(\/[a-z]+)?$/.test('/colors'),
  },
  {
    name: 'string.Format',
    expression: '@(string.Format("{0}-{1:D5}", context.Variables["tenant"], (int)context.Variables["count"]))',
    byHand: () => `${String(variables.get('tenant'))}-${String(variables.get('count')).padStart(5, '0')}`,
  },
  {
    name: 'an interpolated string',
    expression: '@($"{context.Variables["tenant"]}/{context.Request.Method}")',
    byHand: () => `${String(variables.get('tenant'))}/GET`,
  },
  {
    name: 'LINQ over an array',
    expression: '@(new[] {1, 2, 3, 4, 5}.Where(x => x % 2 == 1).Select(x => x * x).Sum())',
    byHand: () =>
      [1, 2, 3, 4, 5]
        .filter(x => x % 2 === 1)
        .map(x => x * x)
        .reduce((a, b) => a + b, 0),
  },
  {
    name: 'a loop of 1,000 turns',
    expression: '@{ int s = 0; for (int i = 0; i < 1000; i++) { s += i * i; } return s; }',
    byHand: () => {
      let s = 0
      for (let i = 0; i < 1000; i++) s = (s + Math.imul(i, i)) | 0
      return s
    },
  },
]

const compiler = createCompiler({ types: contextTypes, globals: { context: 'IProxyRequestContext' } })

function compile(expression: string): () => unknown {
  const result = compiler.compile(expression)
  if (!result.ok) throw new Error(`${expression}: ${result.diagnostics.map(each => each.message).join('; ')}`)
  const globals = { context }
  const { evaluate } = result.compiled
  return () => evaluate(globals)
}

/** Nanoseconds of this thread's own time, so that other work on the machine counts as little as can be. */
function spentOf(run: () => void): number {
  const start = process.threadCpuUsage()
  run()
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) * 1000
}

/** Nanoseconds of one call: the best of 40 rounds of about 15 ms. */
function measure(run: () => unknown): number {
  let calls = 1
  const round = () => {
    for (let i = 0; i < calls; i++) run()
  }
  while (spentOf(round) < 15_000_000) calls *= 2
  return Math.min(...Array.from({ length: 40 }, () => spentOf(round) / calls))
}

/** Puts the parsed token where validate-jwt would. */
function storeJwt(): void {
  const jwt = compile('@(((string)context.Variables["bearer"]).AsJwt())')()
  ;(context as { variables: Map<string, unknown> }).variables.set('jwt', jwt) // the context's own map of variables
}

storeJwt()
const rows = forms.map(({ name, expression, byHand }) => {
  const emitted = measure(compile(expression))
  const manual = measure(byHand)
  return {
    name,
    emitted: Math.round(emitted),
    byHand: Math.round(manual * 10) / 10,
    ratio: Math.round((emitted / manual) * 10) / 10,
  }
})
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(rows)}\n`)
else
  for (const row of rows)
    process.stdout.write(
      `${row.name.padEnd(36)} ${String(row.emitted).padStart(8)} ns ${String(row.byHand).padStart(10)} ns by hand ${String(row.ratio).padStart(6)}x\n`,
    )
