import { type FuzzCase, Random } from './random.ts'

/**
 * Blocks of statements, made from a seed: typed variables, loops that end, switches with patterns, try/catch/finally, lambdas, local
 * functions, tuples. Each block writes what it does into a log and returns it, so that the order of evaluation shows.
 */
export function generateStatements(seed: number, count: number): FuzzCase[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, i) => ({ id: `statements-${seed}-${i}`, expression: new Block(random).whole() }))
}

type Kind = 'int' | 'long' | 'double' | 'decimal' | 'string' | 'bool' | 'int?' | 'object'
const kinds: readonly Kind[] = ['int', 'int', 'int', 'long', 'double', 'decimal', 'string', 'string', 'bool', 'int?', 'object']

interface Variable {
  readonly name: string
  readonly kind: Kind
  /** A loop's own counter must not be written. */
  readonly fixed: boolean
  /** A ref parameter: functions inside may not use it. */
  readonly byRef?: boolean
}

const mostStatements = 14
const whole = ['0', '1', '2', '3', '-1', '7', '10', '255', '2147483647', '(-2147483647 - 1)', '100']
const texts = ['""', '"a"', '"Bc"', '"12"', '"x y"', '"é"', '"-3"']
const thrown = [
  'new InvalidOperationException("io")',
  'new ArgumentException("arg", "p")',
  'new FormatException()',
  'new Exception("e")',
  'new KeyNotFoundException("k")',
]

class Block {
  readonly #random: Random
  #scope: Variable[] = []
  #functions: string[] = []
  #count = 0
  #left = mostStatements
  #inLoop = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** What a function inside sees. */
  get #captured(): Variable[] {
    return this.#scope.filter(variable => variable.byRef !== true)
  }

  whole(): string {
    const body = this.#statements(3 + this.#random.below(5), 3)
    return `@{ var log = new StringBuilder(); try { ${body} } catch (Exception all) { log.Append("!" + all.GetType().Name); } return log.ToString(); }`
  }

  #name(prefix: string): string {
    return `${prefix}${this.#count++}`
  }

  /** Statements in a scope of their own. */
  #statements(count: number, depth: number): string {
    const outer = [this.#scope, this.#functions] as const
    this.#scope = [...this.#scope]
    this.#functions = [...this.#functions]
    const made = Array.from({ length: count }, () => this.#statement(depth)).join(' ')
    ;[this.#scope, this.#functions] = outer
    return made
  }

  #block(depth: number): string {
    return `{ ${this.#statements(1 + this.#random.below(3), depth - 1)} }`
  }

  #statement(depth: number): string {
    if (--this.#left <= 0 || depth <= 0) return this.#simple()
    const compound = [
      () => this.#if(depth),
      () => this.#for(depth),
      () => this.#foreach(depth),
      () => this.#while(depth),
      () => this.#switch(depth),
      () => this.#patterns(depth),
      () => this.#try(depth),
      () => this.#localFunction(depth),
      () => this.#checked(depth),
    ]
    return this.#random.chance(0.5) ? this.#simple() : this.#random.pick(compound)()
  }

  #simple(): string {
    const random = this.#random
    const forms = [
      () => this.#declare(),
      () => this.#declare(),
      () => this.#assign(),
      () => this.#assign(),
      () => this.#log(),
      () => this.#log(),
      () => this.#lambda(),
      () => this.#tuple(),
      () => this.#array(),
      () => (this.#inLoop > 0 ? `if (${this.#bool(1)}) ${random.pick(['break', 'continue'])};` : this.#log()),
      () => (random.chance(0.3) ? `if (${this.#bool(1)}) throw ${random.pick(thrown)};` : this.#log()),
    ]
    return random.pick(forms)()
  }

  #log(): string {
    return `log.Append(${this.#any(2)}).Append(";");`
  }

  #declare(): string {
    const kind = this.#random.pick(kinds)
    const value = this.#of(kind, 3)
    const name = this.#name('v')
    this.#scope.push({ name, kind, fixed: false })
    return `${kind} ${name} = ${value};`
  }

  #assign(): string {
    const target = this.#writable()
    if (target === undefined) return this.#declare()
    const { name, kind } = target
    const operators: Partial<Record<Kind, readonly string[]>> = {
      int: ['+=', '-=', '*=', '&=', '|=', '^=', '<<=', '>>='],
      long: ['+=', '-=', '*=', '&=', '|='],
      double: ['+=', '-=', '*=', '/='],
      decimal: ['+=', '-=', '*='],
      string: ['+='],
      bool: ['&=', '|=', '^='],
      'int?': ['+=', '-='],
    }
    const choices = operators[kind]
    if (kind === 'int' && this.#random.chance(0.1)) return `${name} ${this.#random.pick(['/=', '%='])} ${this.#variable('int')};`
    if (choices !== undefined && this.#random.chance(0.6)) return `${name} ${this.#random.pick(choices)} ${this.#of(kind, 2)};`
    if (kind === 'int' && this.#random.chance(0.4))
      return this.#random.pick([`${name}++;`, `--${name};`, `log.Append(${name}++ + ++${name});`])
    return `${name} = ${this.#of(kind, 2)};`
  }

  #writable(): Variable | undefined {
    const open = this.#scope.filter(variable => !variable.fixed)
    return open.length === 0 ? undefined : this.#random.pick(open)
  }

  #if(depth: number): string {
    const otherwise = this.#random.chance(0.5) ? ` else ${this.#block(depth)}` : ''
    return `if (${this.#bool(2)}) ${this.#block(depth)}${otherwise}`
  }

  #looped(variables: readonly Variable[], depth: number): string {
    this.#inLoop++
    const body = this.#seeing(variables, depth)
    this.#inLoop--
    return body
  }

  #seeing(variables: readonly Variable[], depth: number): string {
    const outer = this.#scope
    this.#scope = [...outer, ...variables]
    const body = this.#block(depth)
    this.#scope = outer
    return body
  }

  #for(depth: number): string {
    const name = this.#name('i')
    const step = this.#random.pick([`${name}++`, `${name} += 2`])
    return `for (int ${name} = 0; ${name} < ${1 + this.#random.below(4)}; ${step}) ${this.#looped([{ name, kind: 'int', fixed: true }], depth)}`
  }

  #foreach(depth: number): string {
    const name = this.#name('e')
    const [kind, source] = this.#random.pick<readonly [Kind, string]>([
      ['int', `new[] { ${this.#int(1)}, ${this.#int(1)}, 4 }`],
      ['string', 'new[] { "p", "q" }'],
      ['int', `Enumerable.Range(${this.#random.below(3)}, 3).Where(x => x != 1)`],
      ['int', '"a1".Select(c => (int)c)'],
      ['object', 'new object[] { 1, "s", null, 2.5, 3L }'],
    ])
    return `foreach (${kind} ${name} in ${source}) ${this.#looped([{ name, kind, fixed: true }], depth)}`
  }

  #while(depth: number): string {
    const name = this.#name('w')
    const body = this.#looped([], depth)
    const test = `${name}++ < ${1 + this.#random.below(3)}`
    return this.#random.chance(0.5) ? `int ${name} = 0; while (${test}) ${body}` : `int ${name} = 0; do ${body} while (${test});`
  }

  #switch(depth: number): string {
    const on = this.#random.chance(0.5)
    const labels = on ? ['0', '1', '7', '-1'] : ['"a"', '"Bc"', '"12"', '""']
    const used = labels.slice(0, 1 + this.#random.below(3))
    const sections = used.map((label, i) => {
      const next = used[i + 1]
      const end = next !== undefined && this.#random.chance(0.3) ? `goto case ${next};` : 'break;'
      const alike = this.#random.chance(0.2) && i === 0 ? `case ${on ? '10' : '"zz"'}: ` : ''
      return `${alike}case ${label}: ${this.#sectionBody(depth)} ${end}`
    })
    const rest = this.#random.chance(0.7) ? ` default: ${this.#sectionBody(depth)} break;` : ''
    return `switch (${on ? this.#int(2) : this.#string(2)}) { ${sections.join(' ')}${rest} }`
  }

  /** In a block, so that no `break` of a loop around is meant for the switch. */
  #sectionBody(depth: number): string {
    const loops = this.#inLoop
    this.#inLoop = 0
    const body = this.#block(depth)
    this.#inLoop = loops
    return body
  }

  #patterns(depth: number): string {
    const [i, s, l] = [this.#name('p'), this.#name('p'), this.#name('p')]
    const loops = this.#inLoop
    this.#inLoop = 0
    const inside = (name: string, kind: Kind) => this.#seeing([{ name, kind, fixed: true }], depth)
    const text = `switch (${this.#object(2)}) { case null: log.Append("null"); break; case int ${i} when ${i} > ${this.#random.below(5)}: ${inside(i, 'int')} break; case string ${s}: ${inside(s, 'string')} break; case long ${l}: log.Append(${l} + 1); break; case 2: log.Append("two"); break; default: log.Append("other"); break; }`
    this.#inLoop = loops
    return text
  }

  #try(depth: number): string {
    const random = this.#random
    const loops = this.#inLoop
    const body = this.#block(depth)
    const name = this.#name('x')
    const catches = random.pick([
      ` catch (DivideByZeroException) { log.Append("dbz"); }`,
      ` catch (Exception ${name}) { log.Append(${name}.GetType().Name); }`,
      ` catch (ArgumentException ${name}) when (${name}.ParamName == "p") { log.Append(${name}.ParamName); } catch (Exception ${name}) { log.Append(${name}.Message.Length > 0); }`,
      ` catch (InvalidOperationException) { log.Append("ioe"); throw; }`,
      ` catch (Exception ${name}) { throw new InvalidOperationException("outer", ${name}); }`,
      '',
    ])
    this.#inLoop = 0 // finally may not be left by break
    const last = catches === '' || random.chance(0.4) ? ` finally ${this.#block(depth)}` : ''
    this.#inLoop = loops
    return `try ${body}${catches}${last}`
  }

  #checked(depth: number): string {
    return `${this.#random.pick(['checked', 'unchecked'])} ${this.#block(depth)}`
  }

  #localFunction(depth: number): string {
    const name = this.#name('F')
    const outer = this.#scope
    const loops = this.#inLoop
    this.#inLoop = 0
    const [a, b] = [this.#name('a'), this.#name('a')]
    const byRef = this.#random.chance(0.3)
    // the C# compiler of 2017 falls over local functions of a block that call each other and use what is around
    const callable = this.#functions
    this.#functions = []
    this.#scope = [...this.#captured, { name: a, kind: 'int', fixed: false, byRef }, { name: b, kind: 'string', fixed: false }]
    const body = `{ ${this.#statements(1 + this.#random.below(2), depth - 1)} return ${this.#int(2)}; }`
    this.#scope = outer
    this.#functions = callable
    this.#inLoop = loops
    if (!byRef) {
      this.#functions.push(name)
      return `int ${name}(int ${a}, string ${b} = "dd") ${body} log.Append(${name}(${this.#int(1)}));`
    }
    const held = this.#name('r')
    const start = this.#int(1)
    this.#scope.push({ name: held, kind: 'int', fixed: false })
    return `int ${held} = ${start}; int ${name}(ref int ${a}, string ${b}) ${body} log.Append(${name}(ref ${held}, ${this.#string(1)})).Append(${held});`
  }

  #lambda(): string {
    const [f, x] = [this.#name('f'), this.#name('x')]
    const outer = this.#scope
    this.#scope = [...this.#captured, { name: x, kind: 'int', fixed: true }]
    const body = this.#int(2)
    this.#scope = outer
    this.#functions.push(f)
    const change = this.#scope.some(variable => variable.kind === 'int' && !variable.fixed) ? this.#assign() : ''
    return `Func<int, int> ${f} = ${x} => ${body}; ${change} log.Append(${f}(${this.#int(1)}));`
  }

  #tuple(): string {
    const [a, b] = [this.#name('t'), this.#name('t')]
    const text = `(int ${a}, string ${b}) = (${this.#int(2)}, ${this.#string(1)});`
    this.#scope.push({ name: a, kind: 'int', fixed: false }, { name: b, kind: 'string', fixed: false })
    const swap = this.#scope.filter(variable => variable.kind === 'int' && !variable.fixed)
    const other = this.#random.pick(swap).name
    return `${text} (${a}, ${other}) = (${other}, ${a}); log.Append((${a}, q: ${b}).q);`.replace(
      `(${a}, ${a}) = (${a}, ${a});`,
      '',
    )
  }

  #array(): string {
    const name = this.#name('z')
    return this.#random.pick([
      `int[] ${name} = { ${this.#int(1)}, ${this.#int(1)}, 3 }; ${name}[${this.#random.below(4)}] ${this.#random.pick(['=', '+=', '*='])} ${this.#int(1)}; log.Append(string.Join(",", ${name}));`,
      `var ${name} = new int[2, 3]; ${name}[${this.#random.below(3)}, 1] += ${this.#int(1)}; log.Append(${name}[1, 1]).Append(${name}.Length);`,
      `var ${name} = new List<int> { 1, ${this.#int(1)} }; ${name}[${this.#random.below(3)}]--; log.Append(${name}.Sum(y => (long)y));`,
      `var ${name} = new Dictionary<string, int> { ["a"] = ${this.#int(1)} }; log.Append(${name}[${this.#string(1)}]);`,
    ])
  }

  // Expressions

  #of(kind: Kind, depth: number): string {
    switch (kind) {
      case 'int':
        return this.#int(depth)
      case 'long':
        return this.#long(depth)
      case 'double':
        return this.#double(depth)
      case 'decimal':
        return this.#decimal(depth)
      case 'string':
        return this.#string(depth)
      case 'bool':
        return this.#bool(depth)
      case 'int?':
        return this.#nullable(depth)
      case 'object':
        return this.#object(depth)
    }
  }

  #any(depth: number): string {
    return this.#of(this.#random.pick(kinds), depth)
  }

  #known(kind: Kind): string | undefined {
    const fitting = this.#scope.filter(variable => variable.kind === kind)
    return fitting.length === 0 ? undefined : this.#random.pick(fitting).name
  }

  #leaf(kind: Kind, literals: readonly string[]): string {
    return (this.#random.chance(0.7) ? this.#known(kind) : undefined) ?? this.#random.pick(literals)
  }

  #int(depth: number): string {
    if (depth <= 0 || this.#random.chance(0.3)) return this.#leaf('int', whole)
    const d = depth - 1
    const random = this.#random
    return random.pick([
      () => `(${this.#variable('int')} ${random.pick(['/', '%', '&', '|', '^'])} ${this.#variable('int')})`,
      () => `(${this.#variable('int')} ${random.pick(['+', '-', '*'])} ${this.#int(d)})`,
      () => `(${this.#variable('int')} ${random.pick(['<<', '>>'])} ${random.below(34)})`,
      () => `(${this.#bool(d)} ? ${this.#int(d)} : ${this.#int(d)})`,
      () => `${this.#string(d)}.Length`,
      () => `((int)${this.#variable(random.pick(['long', 'double']))})`,
      () => `(${this.#nullable(d)} ?? ${this.#int(d)})`,
      () => `(~${this.#variable('int')})`,
      () => `(-${this.#variable('int')})`,
      () =>
        this.#functions.length > 0 && this.#inLoop === 0
          ? `${random.pick(this.#functions)}(${this.#int(d)})`
          : this.#variable('int'),
      () => `((int)(short)${this.#variable('int')})`,
      () => `(0 + (byte)${this.#variable('int')})`,
      () => `Math.${random.pick(['Max', 'Min'])}(${this.#int(d)}, ${this.#int(d)})`,
      () => `(${this.#object(d)} as string)?.Length ?? ${this.#int(d)}`.replace(/^/, '(').concat(')'),
      () => `(int.TryParse(${this.#string(d)}, out var ${this.fresh()}) ? ${this.#last} : -5)`,
    ])()
  }

  #last = ''

  private fresh(): string {
    this.#last = this.#name('o')
    return this.#last
  }

  /** No constant, which the compiler would fold and refuse. */
  #variable(kind: Kind): string {
    const known = this.#known(kind)
    if (known !== undefined) return known
    return kind === 'long' ? '(long)log.Length' : kind === 'double' ? '(double)log.Length' : 'log.Length'
  }

  #long(depth: number): string {
    if (depth <= 0 || this.#random.chance(0.4)) return this.#leaf('long', ['0L', '5000000000L', '-1L', '9L'])
    return this.#random.pick([
      () => `(${this.#variable('long')} ${this.#random.pick(['+', '-', '*', '/', '%', '&'])} ${this.#variable('long')})`,
      () => `((long)${this.#int(depth - 1)})`,
      () => `(${this.#variable('int')} * ${this.#variable('long')})`,
    ])()
  }

  #double(depth: number): string {
    if (depth <= 0 || this.#random.chance(0.4)) return this.#leaf('double', ['0.5', '-2.25', '1e3', '3.0'])
    return this.#random.pick([
      () => `(${this.#variable('double')} ${this.#random.pick(['+', '-', '*', '/', '%'])} ${this.#double(depth - 1)})`,
      () => `Math.Floor(${this.#double(depth - 1)})`,
      () => `((double)${this.#int(depth - 1)})`,
    ])()
  }

  #decimal(depth: number): string {
    if (depth <= 0 || this.#random.chance(0.5)) return this.#leaf('decimal', ['0m', '1.50m', '-3.125m', '100m'])
    return this.#random.pick([
      () => `(${this.#decimal(depth - 1)} + (decimal)${this.#variable('int')})`,
      () => `(${this.#decimal(depth - 1)} * ${this.#decimal(depth - 1)})`,
    ])()
  }

  #string(depth: number): string {
    if (depth <= 0 || this.#random.chance(0.4)) return this.#leaf('string', texts)
    const d = depth - 1
    return this.#random.pick([
      () => `(${this.#string(d)} + ${this.#any(d)})`,
      () => `$"{${this.#int(d)}}-{${this.#string(d)},${this.#random.below(9) - 4}}"`,
      () => `$"{${this.#double(d)}:0.##}"`,
      () => `${this.#string(d)}.ToUpperInvariant()`,
      () => `(${this.#bool(d)} ? ${this.#string(d)} : ${this.#string(d)})`,
      () => `(${this.#int(d)}).ToString()`,
      () => `(${this.#nullable(d)}).ToString()`,
      () => `${this.#string(d)}.Substring(${this.#random.below(3)})`,
      () => `string.Concat(${this.#object(d)}, ${this.#int(d)})`,
    ])()
  }

  #bool(depth: number): string {
    if (depth <= 0 || this.#random.chance(0.2)) return this.#leaf('bool', ['(log.Length > 9)', '(log.Length % 2 == 0)'])
    const d = depth - 1
    const random = this.#random
    return random.pick([
      () => `(${this.#variable('int')} ${random.pick(['<', '>', '<=', '>=', '==', '!='])} ${this.#int(d)})`,
      () => `(${this.#bool(d)} ${random.pick(['&&', '||', '^', '&'])} ${this.#bool(d)})`,
      () => `!(${this.#bool(d)})`,
      () => `(${this.#string(d)} ${random.pick(['==', '!='])} ${this.#string(d)})`,
      () => `(${this.#object(d)} is ${random.pick(['int', 'string', 'null', 'long', '3'])})`,
      () => `(${this.#nullable(d)} ${random.pick(['<', '>=', '=='])} ${this.#int(d)})`,
      () => `(${this.#variable('double')} ${random.pick(['<', '>'])} ${this.#int(d)})`,
      () => `(${this.#object(d)} is int ${this.fresh()} && ${this.#last} > 1)`,
    ])()
  }

  #nullable(depth: number): string {
    if (depth <= 0 || this.#random.chance(0.4)) return this.#leaf('int?', ['((int?)null)', '((int?)4)'])
    return this.#random.pick([
      () => `(${this.#nullable(depth - 1)} ${this.#random.pick(['+', '*', '-'])} ${this.#int(depth - 1)})`,
      () => `((int?)${this.#int(depth - 1)})`,
      () => `((${this.#string(depth - 1)} + "")?.Length)`,
    ])()
  }

  #object(depth: number): string {
    if (depth <= 0 || this.#random.chance(0.3))
      return this.#leaf('object', ['((object)null)', '((object)3)', '((object)"s")', '((object)2L)'])
    return `((object)${this.#any(depth - 1)})`
  }
}
