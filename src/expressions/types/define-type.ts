import { type MemberTable, TypeDefinition, type TypeKind } from './type.ts'

/**
 * Declares a .NET type: its header and its members, both in C#'s own notation.
 *
 *     export const guid = defineType('struct System.Guid : IComparable<Guid>', {
 *       'static readonly Guid Empty { get; }': () => new Guid(0n),
 *       'static Guid Parse(string input)': input => …,
 *       'static bool TryParse(string input, out Guid result)': (input, result) => { result.value = …; return true },
 *       'string ToString(string format)': (self, format) => …,
 *       'static bool operator ==(Guid a, Guid b)': (a, b) => …,
 *       'new(string g)': text => …,
 *     })
 *
 * Forms of a signature:
 * | form | receives |
 * | --- | --- |
 * | `int Length { get; }` | `(self)`; a static one: `()` |
 * | `int Capacity { get; set; }` | `{ get: self => …, set: (self, value) => … }` |
 * | `char this[int index] { get; }` | `(self, index)`; with set: `{ get, set: (self, index, value) => … }` |
 * | `const int MaxValue` | `{ constant: 2147483647 }`; each member of an enum is `const` of it, a number |
 * | `string Trim()` | `(self)`; a static one: no self |
 * | `new(char c, int count)` | `(c, count)`; for a struct, `default` is given by `struct.default` below |
 * | `static bool operator ==(A a, B b)` | `(a, b)`; also `+ - * / % < > <= >= != ! ~ & \| ^ << >> ++ -- true false` |
 * | `static implicit operator A(B b)`, `explicit` | `(b)` |
 * | `static T First<T>(this IEnumerable<T> source)` | an extension method: `(types, source)` |
 * | delegate types: `TResult Invoke(T arg)` | no implementation (`{}`): a delegate is a JavaScript function of raw arguments |
 *
 * - **Generics.** A generic method receives the array of its closed type arguments first, before self. So do constructors
 *   and static members of a generic type, with the type's arguments ahead of the method's. An instance of a generic class
 *   that needs its arguments later keeps them itself (`types`, the field that `typeOf` reads).
 * - **Values** have the representation that `values.ts` describes, by their *static* type: an `int` parameter is a number, a
 *   `long` a bigint, an `object` a boxed value.
 * - `out` and `ref` parameters arrive as a `Ref` (`{ value }`). `params` arrays arrive as one array. Optional parameters have a
 *   default in the signature (`int count = 1`, `string s = null`, `bool b = default`) and always arrive.
 * - Constraints (`where T : …`) are left out unless they decide an overload.
 * - An implementation that loops over or builds something large calls `spend` (budget.ts).
 * - Instance members check `self` for null nowhere: emitted code has thrown NullReferenceException before.
 */
export function defineType(header: string, table: MemberTable, more: { readonly default?: () => unknown } = {}): DefinedType {
  const match = /^(class|struct|interface|enum|delegate|static class) ([\w.]+)(?:<([\w, ]+)>)?(?:\s*:\s*(.+))?$/s.exec(
    header.trim(),
  )
  if (match === null) throw new TypeError(`not a type header: ${header}`)
  const [, kind, fullName, parameters, baseList] = match
  const names = parameters === undefined ? [] : parameters.split(',').map(name => name.trim())
  // the pattern admits these kinds only, and always captures a name
  const definition = new TypeDefinition(kind as TypeKind, fullName as string, names, baseList ?? '', table) as DefinedType
  if (more.default !== undefined) definition.default = more.default
  return definition
}

export type DefinedType = TypeDefinition & {
  /** A struct's all-zero value. */
  default?: () => unknown
}
