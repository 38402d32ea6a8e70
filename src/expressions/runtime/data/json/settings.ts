import type { Value } from '../../../types/values.ts'

/** JsonSerializerSettings; the enums as their numbers. */
export class SerializerSettings {
  formatting = 0
  nullValueHandling = 0
  defaultValueHandling = 0
  dateFormatHandling = 0
  dateTimeZoneHandling = 3
  dateParseHandling = 1
  dateFormatString: string | null = null
  floatFormatHandling = 0
  floatParseHandling = 0
  stringEscapeHandling = 0
  missingMemberHandling = 0
  referenceLoopHandling = 0
  objectCreationHandling = 0
  checkAdditionalContent = false
  maxDepth: number | null = 64
  culture: Value = null
  contractResolver: ContractResolver | null = null
  converters: Iterable<Value> = []
}

/** A contract resolver: how it names members, and whether a dictionary's keys as well. */
export class ContractResolver {
  readonly typeName: string
  naming: NamingStrategy | null

  constructor(typeName: string, naming: NamingStrategy | null) {
    this.typeName = typeName
    this.naming = naming
  }
}

export class NamingStrategy {
  readonly typeName: string
  readonly rename: (name: string) => string
  processDictionaryKeys: boolean

  constructor(typeName: string, rename: (name: string) => string, processDictionaryKeys = false) {
    this.typeName = typeName
    this.rename = rename
    this.processDictionaryKeys = processDictionaryKeys
  }
}

/** Enums as their names. */
export class EnumConverter {
  camelCase = false
}

/** Dates by a format. */
export class DateConverter {
  format: string | null = null
  culture: Value = null
}

/** `FullName` to `fullName`, `IDs` to `iDs`, `URL` to `url`, as Newtonsoft's StringUtils.ToCamelCase. */
export function camelCase(name: string): string {
  const chars = [...name]
  if (!isUpper(chars[0])) return name
  for (let i = 0; i < chars.length; i++) {
    if (i === 1 && !isUpper(chars[1])) break
    const next = chars[i + 1]
    if (i > 0 && next !== undefined && !isUpper(next)) {
      if (/\s/.test(next)) chars[i] = (chars[i] ?? '').toLowerCase()
      break
    }
    chars[i] = (chars[i] ?? '').toLowerCase()
  }
  return chars.join('')
}

const isUpper = (char: string | undefined) => char !== undefined && /\p{Lu}/u.test(char)

/** `FullName` to `full_name`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replace(/\s+/g, '_')
    .toLowerCase()
}
