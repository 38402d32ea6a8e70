import { defineType } from '../../types/define-type.ts'
import { fail } from '../../types/exceptions.ts'
import { netType, type Ref, type Value } from '../../types/values.ts'
import { badArgument, badFormat, outOfRange, required } from './errors/argument-errors.ts'

/** System.Version: two to four parts; a part that was left out is -1. */
export class Version {
  readonly parts: readonly [number, number, number, number]

  constructor(major: number, minor: number, build = -1, revision = -1) {
    this.parts = [major, minor, build, revision]
  }

  static make(...parts: readonly number[]): Version {
    const [major = 0, minor = 0, build, revision] = parts
    for (const [i, name] of ['major', 'minor', 'build', 'revision'].entries()) {
      if ((parts[i] ?? 0) < 0) outOfRange(name, "Version's parameters must be greater than or equal to zero.")
    }
    return new Version(major, minor, build, revision)
  }

  netToString(): string {
    return this.parts.filter(part => part >= 0).join('.')
  }

  netEquals(other: Value): boolean {
    return other instanceof Version && this.netCompare(other) === 0
  }

  netHashCode(): number {
    const [major, minor, build, revision] = this.parts
    return ((major & 0xf) << 28) | ((minor & 0xff) << 20) | ((build & 0xff) << 12) | (revision & 0xfff)
  }

  netCompare(other: Value): number {
    if (!(other instanceof Version)) return badArgument('Object must be of type Version.')
    for (const [i, part] of this.parts.entries()) {
      const theirs = other.parts[i] ?? -1
      if (part !== theirs) return part > theirs ? 1 : -1
    }
    return 0
  }
}

type Fault = 'format' | 'overflow' | 'count' | 'negative'

function read(text: string): Version | Fault {
  const words = text.split('.')
  if (words.length < 2 || words.length > 4) return 'count'
  const parts: number[] = []
  for (const word of words) {
    if (!/^\s*[+-]?\d+\s*$/.test(word)) return 'format'
    const part = Number(word)
    if (part < 0) return 'negative'
    if (part > 0x7fffffff) return 'overflow'
    parts.push(part)
  }
  return Version.make(...parts)
}

function parse(text: string | null, name: string): Version {
  const found = read(required(text, name))
  if (found instanceof Version) return found
  if (found === 'count') return badArgument('Version string portion was too short or too long.', name)
  if (found === 'negative') return outOfRange(name, "Version's parameters must be greater than or equal to zero.")
  if (found === 'overflow') return fail('System.OverflowException', 'Value was either too large or too small for an Int32.')
  return badFormat('Input string was not in a correct format.')
}

function withFields(self: Version, count: number): string {
  const parts = self.parts.slice(0, count)
  if (count < 0 || count > 4 || parts.some(part => part < 0))
    return badArgument(`Argument must be between 0 and ${self.parts.filter(part => part >= 0).length}.`, 'fieldCount')
  return parts.join('.')
}

type Maybe = Version | null
const equal = (a: Maybe, b: Maybe) => (a === null || b === null ? a === b : a.netEquals(b))

function order(a: Maybe, b: Maybe, name: string): number {
  return required(a, name).netCompare(b)
}

export const versionType = defineType(
  'class System.Version : ICloneable, IComparable, IComparable<Version>, IEquatable<Version>',
  {
    'new()': () => new Version(0, 0),
    'new(string version)': (text: string | null) => parse(text, 'version'),
    'new(int major, int minor)': Version.make,
    'new(int major, int minor, int build)': Version.make,
    'new(int major, int minor, int build, int revision)': Version.make,
    'int Major { get; }': (self: Version) => self.parts[0],
    'int Minor { get; }': (self: Version) => self.parts[1],
    'int Build { get; }': (self: Version) => self.parts[2],
    'int Revision { get; }': (self: Version) => self.parts[3],
    'short MajorRevision { get; }': (self: Version) => self.parts[3] >> 16,
    'short MinorRevision { get; }': (self: Version) => (self.parts[3] << 16) >> 16,
    'static Version Parse(string input)': (text: string | null) => parse(text, 'input'),
    'static bool TryParse(string input, out Version result)': (text: string | null, result: Ref) => {
      const found = text === null ? 'format' : read(text)
      result.value = found instanceof Version ? found : null
      return found instanceof Version
    },
    'object Clone()': (self: Version) => self,
    'string ToString()': (self: Version) => self.netToString(),
    'string ToString(int fieldCount)': withFields,
    'bool Equals(object obj)': (self: Version, other: Value) => self.netEquals(other),
    'bool Equals(Version obj)': (self: Version, other: Maybe) => self.netEquals(other),
    'int CompareTo(object version)': (self: Version, other: Value) => (other === null ? 1 : self.netCompare(other)),
    'int CompareTo(Version value)': (self: Version, other: Maybe) => (other === null ? 1 : self.netCompare(other)),
    'int GetHashCode()': (self: Version) => self.netHashCode(),
    'static bool operator ==(Version v1, Version v2)': equal,
    'static bool operator !=(Version v1, Version v2)': (a: Maybe, b: Maybe) => !equal(a, b),
    'static bool operator <(Version v1, Version v2)': (a: Maybe, b: Maybe) => b !== null && order(a, b, 'v1') < 0,
    'static bool operator <=(Version v1, Version v2)': (a: Maybe, b: Maybe) => b !== null && order(a, b, 'v1') <= 0,
    'static bool operator >(Version v1, Version v2)': (a: Maybe, b: Maybe) => order(b, a ?? required(a, 'v1'), 'v1') < 0,
    'static bool operator >=(Version v1, Version v2)': (a: Maybe, b: Maybe) => order(b, a ?? required(a, 'v1'), 'v1') <= 0,
  },
)

Object.defineProperty(Version.prototype, netType, { value: versionType.of() })
