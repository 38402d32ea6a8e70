import { makeArray } from '../../types/arrays.ts'
import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import type { Raw } from '../../types/values.ts'
import { required } from '../collections/argument-errors.ts'
import { TimeSpan } from '../primitives/dates/time-span.ts'
import { timeoutOf } from './argument-checks.ts'
import { escapeText, unescapeText } from './escaping.ts'
import type { NetMatch } from './match.ts'
import { MatchList } from './match-collections.ts'
import { matchTypes } from './match-types.ts'
import { regexOptions } from './options.ts'
import { NetRegex, sharedRegex } from './regex.ts'
import { expand, parseReplacement, replaceMatches, split } from './replacement.ts'

type Text = string | null
type Evaluator = (match: NetMatch) => Text
const namespace = 'System.Text.RegularExpressions'

function create(pattern: Text, options = 0, timeout?: TimeSpan): NetRegex {
  return new NetRegex(pattern, options, timeout === undefined ? undefined : timeoutOf(timeout.ticks))
}

const strings = (items: readonly string[]): Raw => makeArray(lookupType('System.String'), [...items])

function matches(regex: NetRegex, input: Text, at?: number): MatchList {
  required(input, 'input')
  return new MatchList(regex.all(input, at))
}

function replace(regex: NetRegex, input: Text, replacement: Text | Evaluator, count = -1, at?: number): string {
  const text = required(input, 'input')
  if (typeof replacement === 'function') return replaceMatches(regex, text, match => replacement(match) ?? '', count, at)
  const pieces = parseReplacement(regex, required(replacement, 'replacement'))
  return replaceMatches(regex, text, match => expand(pieces, match), count, at)
}

const splitBy = (regex: NetRegex, input: Text, count = 0, at?: number): Raw =>
  strings(split(regex, required(input, 'input'), count, at))

/** What the static methods run on: the same for the same pattern. Nobody sees it, so that it may be shared. */
const shared = (pattern: Text, options: number, timeout: TimeSpan | undefined) =>
  timeout === undefined ? sharedRegex(pattern, options) : create(pattern, options, timeout)

type Run<T> = (regex: NetRegex, input: Raw, more: Raw) => T

/** A static method of input and pattern in each of its overloads: with options, and with options and timeout. */
const onInput = <T>(head: string, run: Run<T>) => ({
  [`static ${head}(string input, string pattern)`]: (input: Raw, pattern: Text) => run(sharedRegex(pattern, 0), input, undefined),
  [`static ${head}(string input, string pattern, RegexOptions options)`]: (input: Raw, pattern: Text, options: number) =>
    run(sharedRegex(pattern, options), input, undefined),
  [`static ${head}(string input, string pattern, RegexOptions options, System.TimeSpan matchTimeout)`]: (
    input: Raw,
    pattern: Text,
    options: number,
    timeout: TimeSpan,
  ) => run(shared(pattern, options, timeout), input, undefined),
})

/** The same with an argument of its own behind the pattern. */
const onInputWith = <T>(head: string, parameter: string, run: Run<T>) => ({
  [`static ${head}(string input, string pattern, ${parameter})`]: (input: Raw, pattern: Text, more: Raw) =>
    run(sharedRegex(pattern, 0), input, more),
  [`static ${head}(string input, string pattern, ${parameter}, RegexOptions options)`]: (
    input: Raw,
    pattern: Text,
    more: Raw,
    options: number,
  ) => run(sharedRegex(pattern, options), input, more),
  [`static ${head}(string input, string pattern, ${parameter}, RegexOptions options, System.TimeSpan matchTimeout)`]: (
    input: Raw,
    pattern: Text,
    more: Raw,
    options: number,
    timeout: TimeSpan,
  ) => run(shared(pattern, options, timeout), input, more),
})

// the casts below hold by the signatures beside them
const staticMethods = {
  ...onInput('bool IsMatch', (regex, input) => regex.isMatch(input as Text)),
  ...onInput('Match Match', (regex, input) => regex.match(input as Text)),
  ...onInput('MatchCollection Matches', (regex, input) => matches(regex, input as Text)),
  ...onInputWith('string Replace', 'string replacement', (regex, input, replacement) =>
    replace(regex, input as Text, replacement as Text),
  ),
  ...onInputWith('string Replace', 'MatchEvaluator evaluator', (regex, input, evaluator) =>
    replace(regex, input as Text, required(evaluator as Evaluator | null, 'evaluator')),
  ),
  ...onInput('string[] Split', (regex, input) => splitBy(regex, input as Text)),
  'static string Escape(string str)': escapeText,
  'static string Unescape(string str)': unescapeText,
  'static int CacheSize { get; set; }': { get: () => 15, set: () => undefined },
  'static readonly System.TimeSpan InfiniteMatchTimeout { get; }': () => new TimeSpan(-10_000n),
}

const withEvaluator = (self: NetRegex, input: Text, evaluator: Evaluator | null, count?: number, at?: number) =>
  replace(self, input, required(evaluator, 'evaluator'), count, at)

const instanceMethods = {
  'new(string pattern)': create,
  'new(string pattern, RegexOptions options)': create,
  'new(string pattern, RegexOptions options, System.TimeSpan matchTimeout)': create,
  'RegexOptions Options { get; }': (self: NetRegex) => self.options,
  'bool RightToLeft { get; }': (self: NetRegex) => self.rightToLeft,
  'System.TimeSpan MatchTimeout { get; }': (self: NetRegex) =>
    new TimeSpan(self.timeout === undefined ? -10_000n : BigInt(Math.round(self.timeout * 10_000))),
  'bool IsMatch(string input)': (self: NetRegex, input: Text) => self.isMatch(input),
  'bool IsMatch(string input, int startat)': (self: NetRegex, input: Text, at: number) => self.isMatch(input, at),
  'Match Match(string input)': (self: NetRegex, input: Text) => self.match(input),
  'Match Match(string input, int startat)': (self: NetRegex, input: Text, at: number) => self.match(input, at),
  'Match Match(string input, int beginning, int length)': (self: NetRegex, input: Text, begin: number, length: number) =>
    self.matchWithin(input, begin, length),
  'MatchCollection Matches(string input)': (self: NetRegex, input: Text) => matches(self, input),
  'MatchCollection Matches(string input, int startat)': (self: NetRegex, input: Text, at: number) => matches(self, input, at),
  'string Replace(string input, string replacement)': (self: NetRegex, input: Text, text: Text) => replace(self, input, text),
  'string Replace(string input, string replacement, int count)': (self: NetRegex, input: Text, text: Text, count: number) =>
    replace(self, input, text, count),
  'string Replace(string input, string replacement, int count, int startat)': replace,
  'string Replace(string input, MatchEvaluator evaluator)': withEvaluator,
  'string Replace(string input, MatchEvaluator evaluator, int count)': withEvaluator,
  'string Replace(string input, MatchEvaluator evaluator, int count, int startat)': withEvaluator,
  'string[] Split(string input)': (self: NetRegex, input: Text) => splitBy(self, input),
  'string[] Split(string input, int count)': (self: NetRegex, input: Text, count: number) => splitBy(self, input, count),
  'string[] Split(string input, int count, int startat)': splitBy,
  'string[] GetGroupNames()': (self: NetRegex) => strings(self.names),
  'int[] GetGroupNumbers()': (self: NetRegex) => makeArray(lookupType('System.Int32'), [...self.groups]),
  'string GroupNameFromNumber(int i)': (self: NetRegex, number: number) => self.names[self.groups.indexOf(number)] ?? '',
  'int GroupNumberFromName(string name)': (self: NetRegex, name: Text) => self.groups[self.slotOf(required(name, 'name'))] ?? -1,
  'override string ToString()': (self: NetRegex) => self.pattern,
}

export const regexTypes = [
  regexOptions,
  ...matchTypes,
  defineType(`class ${namespace}.Regex`, { ...staticMethods, ...instanceMethods }),
  defineType(`class ${namespace}.RegexMatchTimeoutException : System.TimeoutException`, {}),
]
