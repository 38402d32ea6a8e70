import { spend } from '../../../types/budget.ts'
import type { PathStep } from './position.ts'
import { isIdentifierPart, TextScanner } from './text-scanner.ts'

export type TokenType =
  | 'None'
  | 'StartObject'
  | 'StartArray'
  | 'StartConstructor'
  | 'PropertyName'
  | 'Comment'
  | 'Integer'
  | 'Float'
  | 'String'
  | 'Boolean'
  | 'Null'
  | 'Undefined'
  | 'EndObject'
  | 'EndArray'
  | 'EndConstructor'

type ContainerType = 'None' | 'Object' | 'Array' | 'Constructor'
type State = 'Value' | 'ArrayStart' | 'ObjectStart' | 'Object' | 'PostValue' | 'Finished'

interface Scope {
  readonly type: ContainerType
  /** The last property's name, or the index of the last item, -1 before the first. */
  name: string
  index: number
}

const outside: Scope = { type: 'None', name: '', index: -1 }
const closes = { EndObject: 'Object', EndArray: 'Array', EndConstructor: 'Constructor' } as const

/** As Newtonsoft 13 sets it: a document nested deeper is refused. */
const maxDepth = 64
/** BigInteger's parse is quadratic; the same cap as Newtonsoft's. */
const maxIntegerLength = 380

/**
 * Newtonsoft's JsonTextReader: JSON with its leniency (comments, single quotes, unquoted names, trailing commas, NaN, octal and
 * hexadecimal numbers, constructors), its messages and its idea of the position.
 */
export class TextReader extends TextScanner {
  tokenType: TokenType = 'None'
  /** Integer: bigint; Float: number; String, PropertyName, Comment and StartConstructor: string; Boolean: boolean. */
  value: string | number | bigint | boolean | null = null
  /** The source text of a number. */
  numberText = ''
  #state: State = 'Value'
  #scope: Scope = outside
  readonly #outer: Scope[] = []

  /** How many containers are open, the way Newtonsoft's Depth counts: a start token is not inside itself. */
  get depth(): number {
    const start = this.tokenType === 'StartObject' || this.tokenType === 'StartArray' || this.tokenType === 'StartConstructor'
    return this.#outer.length + (start || this.#scope.type === 'None' ? 0 : 1)
  }

  protected override get started(): boolean {
    return this.#state !== 'Value' || this.#scope.type !== 'None'
  }

  protected override pathSteps(): readonly PathStep[] {
    const scopes = this.#state === 'ArrayStart' || this.#state === 'ObjectStart' ? this.#outer : [...this.#outer, this.#scope]
    return scopes.filter(scope => scope.type !== 'None').map(scope => (scope.type === 'Object' ? scope.name : scope.index))
  }

  /** Moves to the next token; false at the end of the text. */
  read(): boolean {
    spend()
    for (;;) {
      switch (this.#state) {
        case 'Value':
        case 'ArrayStart':
          return this.#readValue()
        case 'Object':
        case 'ObjectStart':
          return this.#readInObject()
        case 'PostValue':
          if (this.#readAfterValue()) return true
          break
        case 'Finished':
          return this.#readBehind()
      }
    }
  }

  #readBehind(): boolean {
    this.skipBlanks()
    if (this.ended) {
      this.tokenType = 'None'
      return false
    }
    if (this.char !== '/') this.fail(`Additional text encountered after finished reading JSON content: ${this.char}.`)
    return this.#comment()
  }

  /** After a value: answers true on an end token or comment, false after a comma or at the end of the text. */
  #readAfterValue(): boolean {
    this.skipBlanks()
    if (this.ended) {
      this.#state = 'Finished'
      return false
    }
    switch (this.char) {
      case '}':
        return this.#end('EndObject')
      case ']':
        return this.#end('EndArray')
      case ')':
        return this.#end('EndConstructor')
      case '/':
        return this.#comment()
      case ',':
        this.at++
        this.#state = this.#scope.type === 'Object' ? 'Object' : this.#scope.type === 'None' ? 'Finished' : 'Value'
        return false
      default:
        return this.fail(`After parsing a value an unexpected character was encountered: ${this.char}.`)
    }
  }

  #readInObject(): boolean {
    this.skipBlanks()
    if (this.ended) return false
    if (this.char === '}') return this.#end('EndObject')
    if (this.char === '/') return this.#comment()
    const name = this.#propertyName()
    this.skipBlanks()
    if (this.char !== ':') this.fail(`Invalid character after parsing property name. Expected ':' but got: ${this.char || '\0'}.`)
    this.at++
    this.tokenType = 'PropertyName'
    this.value = name
    this.#scope.name = name
    this.#state = 'Value'
    return true
  }

  #propertyName(): string {
    const first = this.char
    if (first === '"' || first === "'") {
      this.at++
      return this.takeQuoted(first)
    }
    if (!isIdentifierPart(first)) this.fail(`Invalid property identifier character: ${first}.`)
    const start = this.at
    while (!this.ended && isIdentifierPart(this.char)) this.at++
    if (this.ended) this.fail('Unexpected end while parsing unquoted property name.')
    const name = this.text.slice(start, this.at)
    if (this.char !== ':' && !/\s/.test(this.char)) this.fail(`Invalid JavaScript property identifier character: ${this.char}.`)
    return name
  }

  #readValue(): boolean {
    this.skipBlanks()
    if (this.ended) return false
    const char = this.char
    switch (char) {
      case '"':
      case "'":
        this.at++
        return this.#set('String', this.takeQuoted(char))
      case '{':
        return this.#start('StartObject', 'Object')
      case '[':
        return this.#start('StartArray', 'Array')
      case ']':
        return this.#end('EndArray')
      case ')':
        return this.#end('EndConstructor')
      case '/':
        return this.#comment()
      case ',':
        // the comma stays: [,,] holds two undefined values
        return this.#set('Undefined', null)
      default:
        return this.#readWord(char)
    }
  }

  #readWord(char: string): boolean {
    switch (char) {
      case 't':
        return this.#word('true', 'Error parsing boolean value.', 'Boolean', true)
      case 'f':
        return this.#word('false', 'Error parsing boolean value.', 'Boolean', false)
      case 'u':
        return this.#word('undefined', 'Error parsing undefined value.', 'Undefined', null)
      case 'N':
        return this.#word('NaN', 'Error parsing NaN value.', 'Float', Number.NaN)
      case 'I':
        return this.#word('Infinity', 'Error parsing Infinity value.', 'Float', Number.POSITIVE_INFINITY)
      case 'n':
        return this.#nullOrConstructor()
      case '-':
        if (this.text[this.at + 1] !== 'I') return this.#number()
        return this.#word('-Infinity', 'Error parsing -Infinity value.', 'Float', Number.NEGATIVE_INFINITY)
      default:
        if (char === '.' || /\p{N}/u.test(char)) return this.#number()
        return this.fail(`Unexpected character encountered while parsing value: ${char}.`)
    }
  }

  #word(word: string, message: string, type: TokenType, value: boolean | number | null): boolean {
    this.numberText = word
    if (!this.takeWord(word, this.#scope.type === 'Constructor')) this.fail(message)
    return this.#set(type, value)
  }

  #nullOrConstructor(): boolean {
    switch (this.text.charAt(this.at + 1)) {
      case 'u':
        return this.#word('null', 'Error parsing null value.', 'Null', null)
      case 'e':
        return this.#constructorStart()
      case '':
        this.at++
        return this.fail('Unexpected end when reading JSON.')
      default:
        return this.fail(`Unexpected character encountered while parsing value: ${this.char}.`)
    }
  }

  #constructorStart(): boolean {
    if (!this.takeWord('new', false)) this.fail('Unexpected content while parsing JSON.')
    this.skipBlanks()
    const start = this.at
    while (/[\p{L}\p{Nd}]/u.test(this.char)) this.at++
    const name = this.text.slice(start, this.at)
    this.skipBlanks()
    if (this.ended) this.fail('Unexpected end while parsing constructor.')
    if (this.char !== '(') this.fail(`Unexpected character while parsing constructor: ${this.char}.`)
    this.value = name
    return this.#start('StartConstructor', 'Constructor', name)
  }

  #number(): boolean {
    const start = this.at
    while (isNumberPart(this.text.charCodeAt(this.at))) this.at++
    if (!this.ended && !/[\s,}\])/\0]/.test(this.char)) {
      this.fail(`Unexpected character encountered while parsing number: ${this.char}.`)
    }
    this.numberText = this.text.slice(start, this.at)
    // as Newtonsoft does: the value counts as read before it is understood, which shows in the path of a message
    const value = this.#set('Integer', null) ? numberOf(this.numberText) : undefined
    if (value === undefined) this.fail(`Input string '${this.numberText}' is not a valid number.`)
    if (value === 'too large') this.fail(`JSON integer ${this.numberText} is too large to parse.`)
    this.tokenType = typeof value === 'bigint' ? 'Integer' : 'Float'
    this.value = value
    return true
  }

  #comment(): boolean {
    this.value = this.takeComment()
    this.tokenType = 'Comment'
    return true
  }

  #set(type: TokenType, value: string | number | bigint | boolean | null): boolean {
    this.tokenType = type
    this.value = value
    this.#state = this.#scope.type === 'None' ? 'Finished' : 'PostValue'
    this.#countItem()
    return true
  }

  #countItem(): void {
    if (this.#scope.type === 'Array' || this.#scope.type === 'Constructor') this.#scope.index++
  }

  #start(token: TokenType, type: ContainerType, value: string | null = null): boolean {
    this.at++
    this.tokenType = token
    this.value = value
    this.#countItem()
    if (this.#scope.type !== 'None') this.#outer.push(this.#scope)
    this.#scope = { type, name: '', index: -1 }
    this.#state = type === 'Object' ? 'ObjectStart' : 'ArrayStart'
    if (this.#outer.length + 1 > maxDepth) this.fail(`The reader's MaxDepth of ${maxDepth} has been exceeded.`)
    return true
  }

  #end(token: keyof typeof closes): boolean {
    this.at++
    this.tokenType = token
    this.value = null
    const closed = this.#scope.type
    this.#scope = this.#outer.pop() ?? outside
    if (closes[token] !== closed) this.fail(`JsonToken ${token} is not valid for closing JsonType ${closed}.`)
    this.#state = this.#scope.type === 'None' ? 'Finished' : 'PostValue'
    return true
  }
}

/** A number as Newtonsoft reads it: whole ones to bigint, others to a double; undefined when it is none. */
function numberOf(text: string): bigint | number | 'too large' | undefined {
  const small = text.length < 16 ? smallInteger(text) : -1
  if (small >= 0) return BigInt(small)
  if (/^0[^.eE]/.test(text)) return octalOrHexadecimal(text)
  if (/^-?\d+$/.test(text)) return text.length > maxIntegerLength ? 'too large' : BigInt(text)
  if (!/^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** Digits, signs, a point, an exponent, and what hexadecimal numbers are written with; NaN, beyond the end, is none. */
const isNumberPart = (code: number) =>
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2d ||
  code === 0x2b ||
  code === 0x2e ||
  (code >= 0x61 && code <= 0x66) ||
  (code >= 0x41 && code <= 0x46) ||
  code === 0x78 ||
  code === 0x58

/** A whole number of decimal digits, as most are; -1 for any other. */
function smallInteger(text: string): number {
  if (text.length > 1 && text.charCodeAt(0) === 0x30) return -1
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return text === '' ? -1 : value
}

function octalOrHexadecimal(text: string): bigint | undefined {
  const hexadecimal = /^0x[0-9a-f]{1,16}$/i.test(text)
  if (!hexadecimal && !/^[0-7]{1,22}$/.test(text)) return undefined
  const value = BigInt(hexadecimal ? text : `0o${text}`)
  return value >> 64n > 0n ? undefined : BigInt.asIntN(64, value)
}
