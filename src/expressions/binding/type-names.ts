import type { NamePart, TypeSyntax } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { isValueType } from '../types/facts.ts'
import { dynamicType, errorType, voidType } from '../types/registry.ts'
import { keywordTypes } from '../types/signature-types.ts'
import { ArrayType, type NamedType, type Type, type TypeDefinition } from '../types/type.ts'
import { type Binding, fault } from './context.ts'
import type { Scope } from './scope.ts'
import { NamedTupleType } from './tuple-types.ts'

/** The type that the syntax names; a fault and the error type when there is none. */
export function bindType(b: Binding, syntax: TypeSyntax, scope: Scope): Type {
  b.tick()
  switch (syntax.kind) {
    case 'predefined type':
      return syntax.keyword === 'void' ? voidType : b.known.named(keywordTypes.get(syntax.keyword) ?? 'System.Object')
    case 'array type':
      return arrayOf(bindPart(b, syntax.element, scope), syntax.rank)
    case 'nullable type':
      return bindNullable(b, syntax, scope)
    case 'tuple type':
      return bindTuple(b, syntax, scope)
    case 'named type':
      return bindNamed(b, syntax, scope)
  }
}

const arrayOf = (element: Type, rank: number) => (element === errorType ? errorType : ArrayType.of(element, rank))

/** A type inside another one: anything but void. */
function bindPart(b: Binding, syntax: TypeSyntax, scope: Scope): Type {
  const type = bindType(b, syntax, scope)
  if (type !== voidType) return type
  fault(b, syntax, 'CS1547', "Keyword 'void' cannot be used in this context")
  return errorType
}

function bindNullable(b: Binding, syntax: TypeSyntax & { kind: 'nullable type' }, scope: Scope): Type {
  const element = bindPart(b, syntax.element, scope)
  if (element === errorType) return element
  if (isValueType(element)) return b.known.nullable(element)
  fault(
    b,
    syntax,
    'CS0453',
    `The type '${displayName(element)}' must be a non-nullable value type in order to use it as parameter 'T' in the generic type or method 'Nullable<T>'`,
  )
  return errorType
}

function bindTuple(b: Binding, syntax: TypeSyntax & { kind: 'tuple type' }, scope: Scope): Type {
  const elements = syntax.elements.map(each => bindPart(b, each.type, scope))
  if (elements.includes(errorType)) return errorType
  const plain = tupleType(b, elements)
  return plain === undefined
    ? errorType
    : NamedTupleType.of(
        plain,
        syntax.elements.map(each => each.name?.name),
      )
}

/** The ValueTuple of these element types; undefined past fifteen of them. */
export function tupleType(b: Binding, elements: readonly Type[]): NamedType | undefined {
  return b.known.generic('System.ValueTuple', ...elements)
}

function bindNamed(b: Binding, syntax: TypeSyntax & { kind: 'named type' }, scope: Scope): Type {
  const { parts } = syntax
  const [first] = parts
  if (first === undefined) return errorType
  if (parts.length === 1 && first.args === undefined) {
    const entry = scope.find(first.name)
    if (entry?.kind === 'type parameter') return entry.type
    if (first.name === 'dynamic' && findTypeName(b, parts) === undefined) return dynamicType
  }
  const found = findTypeName(b, parts)
  if (found === undefined) return reportUnknown(b, syntax)
  const args = parts.flatMap(part => part.args ?? [])
  if (args.includes(undefined)) return found.of(...found.parameters)
  const types = args.map(arg => (arg === undefined ? errorType : bindPart(b, arg, scope)))
  return types.includes(errorType) ? errorType : found.of(...types)
}

/** The definition that a dotted name means: in full, or from a namespace in scope. Types nested in types are dotted alike. */
export function findTypeName(b: Binding, parts: readonly Pick<NamePart, 'name' | 'args'>[]): TypeDefinition | undefined {
  const name = parts.map(part => part.name).join('.')
  const arity = parts.reduce((count, part) => count + (part.args?.length ?? 0), 0)
  const { space } = b.known
  const full = space.find(name, arity)
  if (full !== undefined) return full
  for (const using of b.usings) {
    const found = space.find(`${using}.${name}`, arity)
    if (found !== undefined) return found
  }
  return undefined
}

function reportUnknown(b: Binding, { parts, start }: TypeSyntax & { kind: 'named type' }): Type {
  const name = parts.map(part => part.name).join('.')
  const last = parts.at(-1)?.name ?? name
  const space = [...forbiddenSpaces].find(each => name.startsWith(`${each}.`))
  if (space !== undefined) {
    fault(b, { start }, 'CS0234', `The namespace '${space}' has no types that policy expressions may use`)
    return errorType
  }
  if (isForbidden(name)) {
    fault(b, { start }, 'CS0246', `The type '${name}' is not among the types that policy expressions may use`)
    return errorType
  }
  if (
    parts.length > 1 &&
    b.known.space.hasNamespace(
      parts
        .slice(0, -1)
        .map(part => part.name)
        .join('.'),
    )
  ) {
    const namespace = parts
      .slice(0, -1)
      .map(part => part.name)
      .join('.')
    fault(b, { start }, 'CS0234', `The type or namespace name '${last}' does not exist in the namespace '${namespace}'`)
  } else {
    const shown = `${name}${parts.at(-1)?.args === undefined ? '' : `<${','.repeat((parts.at(-1)?.args?.length ?? 1) - 1)}>`}`
    fault(
      b,
      { start },
      'CS0246',
      `The type or namespace name '${shown}' could not be found (are you missing a using directive or an assembly reference?)`,
    )
  }
  return errorType
}

/** Types that .NET has and people try, but that API Management keeps out of expressions. */
const forbidden: ReadonlySet<string> = new Set(
  `Activator AppDomain Assembly Console CancellationToken Debug GC HttpClient HttpWebRequest Interlocked MethodInfo Monitor Process
  ProcessStartInfo Registry Socket SqlConnection Task TaskFactory TcpClient Thread ThreadPool Timer WebClient WebRequest File FileInfo
  Directory DirectoryInfo Path FileStream Marshal Stopwatch Parallel StreamReader StreamWriter
  HttpClientHandler HttpRequestMessage JsonSerializer JsonDocument ConfigurationManager HttpContext HttpUtility`.split(/\s+/),
)

/** Namespaces that .NET has, and none of whose types expressions may use. */
const forbiddenSpaces: ReadonlySet<string> = new Set(
  `CodeDom Configuration Data Diagnostics Drawing IO.Compression Net.Http Net.Mail Reflection Resources Runtime Text.Json
  Threading Timers Web Windows`
    .split(/\s+/)
    .map(name => `System.${name}`),
)

export const isForbiddenSpace = (name: string) => forbiddenSpaces.has(name)

export function isForbidden(name: string): boolean {
  const short = name.slice(name.lastIndexOf('.') + 1)
  return forbidden.has(short)
}
