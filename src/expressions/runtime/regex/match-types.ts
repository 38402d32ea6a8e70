import { defineType } from '../../types/define-type.ts'
import { notSupported, required } from '../collections/argument-errors.ts'
import type { AnyArray } from '../collections/copying.ts'
import { copyInto } from '../collections/copying.ts'
import { plainEnumeratorOf } from '../collections/enumerator.ts'
import { type NetCapture, type NetGroup, type NetMatch, noMatch } from './match.ts'
import { CaptureList, GroupList, type MatchList } from './match-collections.ts'
import { NetRegex } from './regex.ts'
import { expand, parseReplacement } from './replacement.ts'

const namespace = 'System.Text.RegularExpressions'

function result(self: NetMatch, replacement: string | null): string {
  const text = required(replacement, 'replacement')
  if (!(self.matcher instanceof NetRegex)) throw notSupported('Result cannot be called on a failed Match.')
  return expand(parseReplacement(self.matcher, text), self)
}

/** Members that the three collections share. In .NET Framework they are plain ICollections: their elements are objects. */
const shared = {
  'int Count { get; }': (self: { readonly count: number }) => self.count,
  'bool IsReadOnly { get; }': () => true,
  'void CopyTo(System.Array array, int arrayIndex)': (self: object, array: AnyArray, index: number) =>
    copyInto(self, array, index),
  'System.Collections.IEnumerator GetEnumerator()': plainEnumeratorOf,
}

export const matchTypes = [
  defineType(`class ${namespace}.Capture`, {
    'int Index { get; }': (self: NetCapture) => self.index,
    'int Length { get; }': (self: NetCapture) => self.length,
    'string Value { get; }': (self: NetCapture) => self.value,
    'override string ToString()': (self: NetCapture) => self.value,
  }),
  defineType(`class ${namespace}.Group : Capture`, {
    'CaptureCollection Captures { get; }': (self: NetGroup) => new CaptureList(self),
    'bool Success { get; }': (self: NetGroup) => self.success,
    'string Name { get; }': (self: NetGroup) => self.name,
  }),
  defineType(`class ${namespace}.Match : Group`, {
    'static Match Empty { get; }': () => noMatch,
    'GroupCollection Groups { get; }': (self: NetMatch) => new GroupList(self),
    'Match NextMatch()': (self: NetMatch) => self.nextMatch(),
    'string Result(string replacement)': result,
  }),
  defineType(`class ${namespace}.CaptureCollection : System.Collections.ICollection`, {
    ...shared,
    'Capture this[int i] { get; }': (self: CaptureList, index: number) => self.getAt(index),
  }),
  defineType(`class ${namespace}.GroupCollection : System.Collections.ICollection`, {
    ...shared,
    'Group this[int groupnum] { get; }': (self: GroupList, which: number) => self.get(which),
    'Group this[string groupname] { get; }': (self: GroupList, which: string | null) => self.get(required(which, 'groupname')),
  }),
  defineType(`class ${namespace}.MatchCollection : System.Collections.ICollection`, {
    ...shared,
    'Match this[int i] { get; }': (self: MatchList, index: number) => self.getAt(index),
  }),
  defineType(`delegate ${namespace}.MatchEvaluator`, { 'string Invoke(Match match)': {} }),
]
