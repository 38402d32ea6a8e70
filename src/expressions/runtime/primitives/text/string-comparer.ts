import { compareBoxed, equalsBoxed, hashOf } from '../../../types/boxing.ts'
import { defineType } from '../../../types/define-type.ts'
import { netType, type Raw, type Value } from '../../../types/values.ts'
import { badArgument, required } from '../errors/argument-errors.ts'
import { compareBy, equalsBy, StringComparison, toUpperInvariant } from './compare-strings.ts'

/** System.StringComparer: an order and an equality of strings, for collections and LINQ. */
export class StringComparer {
  readonly comparison: number

  constructor(comparison: number) {
    this.comparison = comparison
  }

  compare(a: Raw, b: Raw): number {
    if (isText(a) && isText(b)) return compareBy(this.comparison, a, b)
    return compareBoxed(a, b, (x, y) => compareBy(this.comparison, x, y))
  }

  equals(a: Raw, b: Raw): boolean {
    return isText(a) && isText(b) ? equalsBy(this.comparison, a, b) : equalsBoxed(a, b)
  }

  hashCode(item: Raw): number {
    const value = required(item, 'obj')
    return hashOf(typeof value === 'string' ? this.key(value) : value)
  }

  /** A text whose sameness is this equality, but for what a culture ignores. */
  key(item: Raw): unknown {
    return typeof item === 'string' && (this.comparison & 1) === 1 ? toUpperInvariant(item) : item
  }
}

const isText = (value: Raw): value is string | null => value === null || typeof value === 'string'

const comparers = Array.from({ length: 6 }, (_, comparison) => new StringComparer(comparison))
const comparer = (comparison: number) => () => comparers[comparison]

export const stringComparerType = defineType(
  'class System.StringComparer : System.Collections.IComparer, System.Collections.Generic.IComparer<string>, System.Collections.Generic.IEqualityComparer<string>',
  {
    'static StringComparer CurrentCulture { get; }': comparer(StringComparison.CurrentCulture),
    'static StringComparer CurrentCultureIgnoreCase { get; }': comparer(StringComparison.CurrentCultureIgnoreCase),
    'static StringComparer InvariantCulture { get; }': comparer(StringComparison.InvariantCulture),
    'static StringComparer InvariantCultureIgnoreCase { get; }': comparer(StringComparison.InvariantCultureIgnoreCase),
    'static StringComparer Ordinal { get; }': comparer(StringComparison.Ordinal),
    'static StringComparer OrdinalIgnoreCase { get; }': comparer(StringComparison.OrdinalIgnoreCase),
    'static StringComparer FromComparison(StringComparison comparisonType)': (comparison: number) =>
      comparers[comparison] ?? badArgument('The string comparison type passed in is currently not supported.', 'comparisonType'),
    'static StringComparer Create(CultureInfo culture, CompareOptions options)': (_culture: Value, options: number) =>
      comparers[(options & 1) === 1 ? StringComparison.InvariantCultureIgnoreCase : StringComparison.InvariantCulture],
    'static StringComparer Create(CultureInfo culture, bool ignoreCase)': (_culture: Value, ignoreCase: boolean) =>
      comparers[ignoreCase ? StringComparison.InvariantCultureIgnoreCase : StringComparison.InvariantCulture],
    'int Compare(string x, string y)': (self: StringComparer, a: Raw, b: Raw) => self.compare(a, b),
    'int Compare(object x, object y)': (self: StringComparer, a: Raw, b: Raw) => self.compare(a, b),
    'bool Equals(string x, string y)': (self: StringComparer, a: Raw, b: Raw) => self.equals(a, b),
    'bool Equals(object x, object y)': (self: StringComparer, a: Raw, b: Raw) => self.equals(a, b),
    'int GetHashCode(string obj)': (self: StringComparer, item: Raw) => self.hashCode(item),
    'int GetHashCode(object obj)': (self: StringComparer, item: Raw) => self.hashCode(item),
  },
)

Object.defineProperty(StringComparer.prototype, netType, { value: stringComparerType.of() })
