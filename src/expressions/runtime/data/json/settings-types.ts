import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType, type Value } from '../../../types/values.ts'
import { NetList } from '../../collections/list.ts'
import {
  ContractResolver,
  camelCase,
  DateConverter,
  EnumConverter,
  NamingStrategy,
  SerializerSettings,
  snakeCase,
} from './settings.ts'

const enumeration = (name: string, ...members: readonly string[]) =>
  defineType(`enum Newtonsoft.Json.${name}`, Object.fromEntries(members.map((each, i) => [`const ${each}`, { constant: i }])))

const setting = (name: keyof SerializerSettings) => ({
  get: (self: SerializerSettings) => self[name],
  set: (self: SerializerSettings, value: never) => {
    self[name] = value // the table's signature has the field's type
  },
})

/** What is there and cannot be changed: other values would reach beyond JSON. */
const fixed = (name: string) => ({
  get: () => 0,
  set: (_: SerializerSettings, value: number) => {
    if (value !== 0) fail('System.NotSupportedException', `${name} is not available in policy expressions.`)
  },
})

const serialization = 'Newtonsoft.Json.Serialization'

const strategy = (name: string, rename: (text: string) => string) =>
  defineType(`class ${serialization}.${name} : NamingStrategy`, {
    'new()': () => new NamingStrategy(`${serialization}.${name}`, rename),
    'new(bool processDictionaryKeys, bool overrideSpecifiedNames)': (keys: boolean) =>
      new NamingStrategy(`${serialization}.${name}`, rename, keys),
  })

export const settingsTypes: readonly DefinedType[] = [
  enumeration('NullValueHandling', 'Include', 'Ignore'),
  enumeration('DefaultValueHandling', 'Include', 'Ignore', 'Populate', 'IgnoreAndPopulate'),
  enumeration('DateFormatHandling', 'IsoDateFormat', 'MicrosoftDateFormat'),
  enumeration('DateTimeZoneHandling', 'Local', 'Utc', 'Unspecified', 'RoundtripKind'),
  enumeration('DateParseHandling', 'None', 'DateTime', 'DateTimeOffset'),
  enumeration('FloatFormatHandling', 'String', 'Symbol', 'DefaultValue'),
  enumeration('FloatParseHandling', 'Double', 'Decimal'),
  enumeration('StringEscapeHandling', 'Default', 'EscapeNonAscii', 'EscapeHtml'),
  enumeration('MissingMemberHandling', 'Ignore', 'Error'),
  enumeration('ReferenceLoopHandling', 'Error', 'Ignore', 'Serialize'),
  enumeration('ObjectCreationHandling', 'Auto', 'Reuse', 'Replace'),
  enumeration('TypeNameHandling', 'None', 'Objects', 'Arrays', 'All', 'Auto'),
  enumeration('PreserveReferencesHandling', 'None', 'Objects', 'Arrays', 'All'),
  enumeration('MetadataPropertyHandling', 'Default', 'ReadAhead', 'Ignore'),
  defineType('interface Newtonsoft.Json.Serialization.IContractResolver', {}),
  defineType(`class ${serialization}.NamingStrategy`, {
    'bool ProcessDictionaryKeys { get; set; }': {
      get: (self: NamingStrategy) => self.processDictionaryKeys,
      set: (self: NamingStrategy, value: boolean) => {
        self.processDictionaryKeys = value
      },
    },
    'string GetPropertyName(string name, bool hasSpecifiedName)': (self: NamingStrategy, name: string, specified: boolean) =>
      specified ? name : self.rename(name),
  }),
  strategy('CamelCaseNamingStrategy', camelCase),
  strategy('SnakeCaseNamingStrategy', snakeCase),
  strategy('DefaultNamingStrategy', name => name),
  defineType(`class ${serialization}.DefaultContractResolver : IContractResolver`, {
    'new()': () => new ContractResolver(`${serialization}.DefaultContractResolver`, null),
    'NamingStrategy NamingStrategy { get; set; }': {
      get: (self: ContractResolver) => self.naming,
      set: (self: ContractResolver, value: NamingStrategy | null) => {
        self.naming = value
      },
    },
  }),
  defineType(`class ${serialization}.CamelCasePropertyNamesContractResolver : DefaultContractResolver`, {
    'new()': () =>
      new ContractResolver(
        `${serialization}.CamelCasePropertyNamesContractResolver`,
        new NamingStrategy(`${serialization}.CamelCaseNamingStrategy`, camelCase, true),
      ),
  }),
  defineType('class Newtonsoft.Json.JsonConverter', {}),
  defineType('class Newtonsoft.Json.Converters.StringEnumConverter : Newtonsoft.Json.JsonConverter', {
    'new()': () => new EnumConverter(),
    'new(bool camelCaseText)': (camel: boolean) => Object.assign(new EnumConverter(), { camelCase: camel }),
    'bool CamelCaseText { get; set; }': {
      get: (self: EnumConverter) => self.camelCase,
      set: (self: EnumConverter, value: boolean) => {
        self.camelCase = value
      },
    },
  }),
  defineType('class Newtonsoft.Json.Converters.IsoDateTimeConverter : Newtonsoft.Json.JsonConverter', {
    'new()': () => new DateConverter(),
    'string DateTimeFormat { get; set; }': {
      get: (self: DateConverter) => self.format ?? '',
      set: (self: DateConverter, value: string | null) => {
        self.format = value
      },
    },
    'CultureInfo Culture { get; set; }': {
      get: (self: DateConverter) => self.culture,
      set: (self: DateConverter, value: Value) => {
        self.culture = value
      },
    },
  }),
  defineType('class Newtonsoft.Json.JsonSerializerSettings', {
    'new()': () =>
      Object.assign(new SerializerSettings(), { converters: new NetList(lookupType('Newtonsoft.Json.JsonConverter')) }),
    'Formatting Formatting { get; set; }': setting('formatting'),
    'NullValueHandling NullValueHandling { get; set; }': setting('nullValueHandling'),
    'DefaultValueHandling DefaultValueHandling { get; set; }': setting('defaultValueHandling'),
    'DateFormatHandling DateFormatHandling { get; set; }': setting('dateFormatHandling'),
    'DateTimeZoneHandling DateTimeZoneHandling { get; set; }': setting('dateTimeZoneHandling'),
    'DateParseHandling DateParseHandling { get; set; }': setting('dateParseHandling'),
    'string DateFormatString { get; set; }': {
      get: (self: SerializerSettings) => self.dateFormatString ?? "yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFFK",
      set: (self: SerializerSettings, value: string | null) => {
        self.dateFormatString = value
      },
    },
    'FloatFormatHandling FloatFormatHandling { get; set; }': setting('floatFormatHandling'),
    'FloatParseHandling FloatParseHandling { get; set; }': setting('floatParseHandling'),
    'StringEscapeHandling StringEscapeHandling { get; set; }': setting('stringEscapeHandling'),
    'MissingMemberHandling MissingMemberHandling { get; set; }': setting('missingMemberHandling'),
    'ReferenceLoopHandling ReferenceLoopHandling { get; set; }': setting('referenceLoopHandling'),
    'ObjectCreationHandling ObjectCreationHandling { get; set; }': setting('objectCreationHandling'),
    'bool CheckAdditionalContent { get; set; }': setting('checkAdditionalContent'),
    'int? MaxDepth { get; set; }': setting('maxDepth'),
    'CultureInfo Culture { get; set; }': setting('culture'),
    'IContractResolver ContractResolver { get; set; }': setting('contractResolver'),
    'IList<JsonConverter> Converters { get; set; }': setting('converters'),
    'TypeNameHandling TypeNameHandling { get; set; }': fixed('TypeNameHandling'),
    'PreserveReferencesHandling PreserveReferencesHandling { get; set; }': fixed('PreserveReferencesHandling'),
    'MetadataPropertyHandling MetadataPropertyHandling { get; set; }': { get: () => 0, set: () => undefined },
  }),
]

/** Instances tell their .NET type by its name, looked up when first asked for. */
function typed(prototype: object, name: (self: never) => string): void {
  Object.defineProperty(prototype, netType, {
    get(this: never): NamedType {
      return lookupType(name(this))
    },
  })
}

typed(SerializerSettings.prototype, () => 'Newtonsoft.Json.JsonSerializerSettings')
typed(ContractResolver.prototype, (self: ContractResolver) => self.typeName)
typed(NamingStrategy.prototype, (self: NamingStrategy) => self.typeName)
typed(EnumConverter.prototype, () => 'Newtonsoft.Json.Converters.StringEnumConverter')
typed(DateConverter.prototype, () => 'Newtonsoft.Json.Converters.IsoDateTimeConverter')
