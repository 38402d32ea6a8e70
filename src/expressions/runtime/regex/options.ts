import { defineType } from '../../types/define-type.ts'
import { outOfRange } from '../collections/argument-errors.ts'

/** RegexOptions, as bits. */
export const option = {
  none: 0,
  ignoreCase: 1,
  multiline: 2,
  explicitCapture: 4,
  compiled: 8,
  singleline: 16,
  ignorePatternWhitespace: 32,
  rightToLeft: 64,
  ecmaScript: 256,
  cultureInvariant: 512,
} as const

/** ECMAScript may stand only with these. */
const ecmaScriptAllows = option.ecmaScript | option.ignoreCase | option.multiline | option.compiled | option.cultureInvariant

/** Throws ArgumentOutOfRangeException for bits that mean nothing or do not go together. */
export function checkOptions(options: number): void {
  const unknown = options < 0 || options >> 10 !== 0
  const clash = (options & option.ecmaScript) !== 0 && (options & ~ecmaScriptAllows) !== 0
  if (unknown || clash) throw outOfRange('options', 'Specified argument was out of the range of valid values.')
}

export const regexOptions = defineType('enum System.Text.RegularExpressions.RegexOptions', {
  '[Flags]': { constant: true },
  'const None': { constant: option.none },
  'const IgnoreCase': { constant: option.ignoreCase },
  'const Multiline': { constant: option.multiline },
  'const ExplicitCapture': { constant: option.explicitCapture },
  'const Compiled': { constant: option.compiled },
  'const Singleline': { constant: option.singleline },
  'const IgnorePatternWhitespace': { constant: option.ignorePatternWhitespace },
  'const RightToLeft': { constant: option.rightToLeft },
  'const ECMAScript': { constant: option.ecmaScript },
  'const CultureInvariant': { constant: option.cultureInvariant },
})
