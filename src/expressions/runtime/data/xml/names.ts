import { fail, NetException } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import { netType, type Value } from '../../../types/values.ts'

export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
export const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'

/** A namespace: two of the same name are equal. Not interned, since the names come from callers. */
export class XNamespace {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  static readonly none: XNamespace = new XNamespace('')

  get [netType]() {
    return lookupType('System.Xml.Linq.XNamespace')
  }

  netToString(): string {
    return this.name
  }

  netEquals(other: Value): boolean {
    return other instanceof XNamespace && other.name === this.name
  }

  netHashCode(): number {
    return textHash(this.name)
  }

  named(local: string | null): XName {
    return new XName(checkedName(local), this)
  }
}

/** A local name in a namespace. */
export class XName {
  readonly local: string
  readonly namespace: XNamespace

  constructor(local: string, namespace: XNamespace) {
    this.local = local
    this.namespace = namespace
  }

  /** `local` or `{namespace}local`. Throws for what is neither. */
  static get(expanded: string | null): XName {
    if (expanded === null)
      throw new NetException('System.ArgumentNullException', 'Value cannot be null.\r\nParameter name: expandedName')
    if (expanded === '') fail('System.ArgumentException', `'${expanded}' is an invalid expanded name.`)
    if (!expanded.startsWith('{')) return XNamespace.none.named(expanded)
    const end = expanded.lastIndexOf('}')
    if (end <= 1 || end === expanded.length - 1) fail('System.ArgumentException', `'${expanded}' is an invalid expanded name.`)
    return new XNamespace(expanded.slice(1, end)).named(expanded.slice(end + 1))
  }

  get [netType]() {
    return lookupType('System.Xml.Linq.XName')
  }

  netToString(): string {
    return this.namespace.name === '' ? this.local : `{${this.namespace.name}}${this.local}`
  }

  netEquals(other: Value): boolean {
    return other instanceof XName && sameName(this, other)
  }

  netHashCode(): number {
    return textHash(this.local) ^ this.namespace.netHashCode()
  }
}

export function sameName(a: XName | null, b: XName | null): boolean {
  return a === b || (a !== null && b !== null && a.local === b.local && a.namespace.name === b.namespace.name)
}

function textHash(text: string): number {
  let hash = 17
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

const start = /[\p{L}\p{Nl}_]/u
const part = /[\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Lm}._·-]/u

/** An NCName, or XmlConvert.VerifyNCName's exception. */
function checkedName(name: string | null): string {
  if (name === null) throw new NetException('System.ArgumentNullException', 'Value cannot be null.\r\nParameter name: localName')
  if (name === '')
    throw new NetException(
      'System.ArgumentNullException',
      "The empty string '' is not a valid local name.\r\nParameter name: name",
    )
  let first = true
  for (const char of name) {
    const hexadecimal = `hexadecimal value 0x${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`
    if (first && !start.test(char)) xmlFailure(`Name cannot begin with the '${char}' character, ${hexadecimal}.`)
    if (!part.test(char)) xmlFailure(`The '${char}' character, ${hexadecimal}, cannot be included in a name.`)
    first = false
  }
  return name
}

export function xmlFailure(message: string): never {
  return fail('System.Xml.XmlException', message)
}
