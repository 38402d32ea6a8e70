import { defineType } from '../../types/define-type.ts'
import type { MemberTable } from '../../types/type.ts'
import { NumberStyles } from './numbers/number-styles.ts'
import { StringComparison } from './text/compare-strings.ts'

function enumTable(name: string, members: Readonly<Record<string, number>>, flags = false): MemberTable {
  const entries = Object.entries(members).map(([member, constant]) => [`const ${name} ${member}`, { constant }] as const)
  return Object.fromEntries(flags ? [['[Flags]', { constant: true }] as const, ...entries] : entries)
}

const define = (fullName: string, members: Readonly<Record<string, number>>, flags = false) =>
  defineType(`enum ${fullName}`, enumTable(fullName.slice(fullName.lastIndexOf('.') + 1), members, flags))

const numbered = (...names: string[]) => Object.fromEntries(names.map((name, i) => [name, i]))

export const dayOfWeek = define(
  'System.DayOfWeek',
  numbered('Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'),
)
export const dateTimeKind = define('System.DateTimeKind', numbered('Unspecified', 'Utc', 'Local'))
export const midpointRounding = define('System.MidpointRounding', numbered('ToEven', 'AwayFromZero'))
export const stringComparison = define('System.StringComparison', StringComparison)
export const stringSplitOptions = define('System.StringSplitOptions', { None: 0, RemoveEmptyEntries: 1 }, true)
export const numberStyles = define('System.Globalization.NumberStyles', NumberStyles, true)
export const normalizationForm = define('System.Text.NormalizationForm', { FormC: 1, FormD: 2, FormKC: 5, FormKD: 6 })
export const base64FormattingOptions = define('System.Base64FormattingOptions', { None: 0, InsertLineBreaks: 1 }, true)
export const uriKind = define('System.UriKind', numbered('RelativeOrAbsolute', 'Absolute', 'Relative'))
export const uriPartial = define('System.UriPartial', numbered('Scheme', 'Authority', 'Path', 'Query'))
export const uriFormat = define('System.UriFormat', { UriEscaped: 1, Unescaped: 2, SafeUnescaped: 3 })
export const uriHostNameType = define('System.UriHostNameType', numbered('Unknown', 'Basic', 'Dns', 'IPv4', 'IPv6'))

export const uriComponents = define(
  'System.UriComponents',
  {
    Scheme: 1,
    UserInfo: 2,
    Host: 4,
    Port: 8,
    SchemeAndServer: 13,
    Path: 16,
    Query: 32,
    PathAndQuery: 48,
    HttpRequestUrl: 61,
    Fragment: 64,
    AbsoluteUri: 127,
    StrongPort: 128,
    HostAndPort: 132,
    StrongAuthority: 134,
    NormalizedHost: 256,
    KeepDelimiter: 1073741824,
    SerializationInfoString: -2147483648,
  },
  true,
)

export const dateTimeStyles = define(
  'System.Globalization.DateTimeStyles',
  {
    None: 0,
    AllowLeadingWhite: 1,
    AllowTrailingWhite: 2,
    AllowInnerWhite: 4,
    AllowWhiteSpaces: 7,
    NoCurrentDateDefault: 8,
    AdjustToUniversal: 16,
    AssumeLocal: 32,
    AssumeUniversal: 64,
    RoundtripKind: 128,
  },
  true,
)

export const timeSpanStyles = define('System.Globalization.TimeSpanStyles', { None: 0, AssumeNegative: 1 }, true)

export const compareOptions = define(
  'System.Globalization.CompareOptions',
  {
    None: 0,
    IgnoreCase: 1,
    IgnoreNonSpace: 2,
    IgnoreSymbols: 4,
    IgnoreKanaType: 8,
    IgnoreWidth: 16,
    OrdinalIgnoreCase: 268435456,
    StringSort: 536870912,
    Ordinal: 1073741824,
  },
  true,
)

export const calendarWeekRule = define(
  'System.Globalization.CalendarWeekRule',
  numbered('FirstDay', 'FirstFullWeek', 'FirstFourDayWeek'),
)

export const typeCode = define('System.TypeCode', {
  Empty: 0,
  Object: 1,
  DBNull: 2,
  Boolean: 3,
  Char: 4,
  SByte: 5,
  Byte: 6,
  Int16: 7,
  UInt16: 8,
  Int32: 9,
  UInt32: 10,
  Int64: 11,
  UInt64: 12,
  Single: 13,
  Double: 14,
  Decimal: 15,
  DateTime: 16,
  String: 18,
})

export const unicodeCategory = define(
  'System.Globalization.UnicodeCategory',
  numbered(
    'UppercaseLetter',
    'LowercaseLetter',
    'TitlecaseLetter',
    'ModifierLetter',
    'OtherLetter',
    'NonSpacingMark',
    'SpacingCombiningMark',
    'EnclosingMark',
    'DecimalDigitNumber',
    'LetterNumber',
    'OtherNumber',
    'SpaceSeparator',
    'LineSeparator',
    'ParagraphSeparator',
    'Control',
    'Format',
    'Surrogate',
    'PrivateUse',
    'ConnectorPunctuation',
    'DashPunctuation',
    'OpenPunctuation',
    'ClosePunctuation',
    'InitialQuotePunctuation',
    'FinalQuotePunctuation',
    'OtherPunctuation',
    'MathSymbol',
    'CurrencySymbol',
    'ModifierSymbol',
    'OtherSymbol',
    'OtherNotAssigned',
  ),
)

export const enumTypes = [
  dayOfWeek,
  dateTimeKind,
  midpointRounding,
  stringComparison,
  stringSplitOptions,
  numberStyles,
  normalizationForm,
  base64FormattingOptions,
  uriKind,
  uriPartial,
  uriFormat,
  uriHostNameType,
  uriComponents,
  dateTimeStyles,
  timeSpanStyles,
  compareOptions,
  calendarWeekRule,
  typeCode,
  unicodeCategory,
]
