import { box, equalsBoxed, typeOf } from '../../../types/boxing.ts'
import { defaultOf } from '../../../types/defaults.ts'
import { enumText } from '../../../types/enums.ts'
import { isEnum } from '../../../types/facts.ts'
import type { Type } from '../../../types/type.ts'
import { Boxed, type Value } from '../../../types/values.ts'
import { fromObject, type Shape } from './from-object.ts'
import { camelCase, EnumConverter, type SerializerSettings } from './settings.ts'
import { JToken } from './token.ts'
import { JValue } from './value.ts'
import { styleOf } from './write-style.ts'

/** `JsonConvert.SerializeObject`; the formatting that is given goes before that of the settings. */
export function serialize(value: Value, formatting: number | undefined, settings: SerializerSettings | null = null): string {
  if (settings === null) return tokenOf(value).toText(formatting === 1)
  return tokenOf(value, shapeOf(settings)).toText((formatting ?? settings.formatting) === 1, styleOf(settings))
}

const tokenOf = (value: Value, shape?: Shape) => (value instanceof JToken ? value : fromObject(value, shape))

function shapeOf(settings: SerializerSettings): Shape {
  const { nullValueHandling, defaultValueHandling, contractResolver, converters } = settings
  const naming = contractResolver?.naming ?? undefined
  const enums = [...converters].find(each => each instanceof EnumConverter)
  return {
    omits: (type, value) =>
      (nullValueHandling === 1 && value === null) || ((defaultValueHandling & 1) === 1 && isDefault(type, value)),
    memberName: name => naming?.rename(name) ?? name,
    keyName: name => (naming?.processDictionaryKeys === true ? naming.rename(name) : name),
    converts: value => (enums === undefined ? undefined : namedEnum(value, enums.camelCase)),
  }
}

const isDefault = (type: Type, value: Value) => equalsBoxed(value, box(type, defaultOf(type)))

function namedEnum(value: Value, camel: boolean): JToken | undefined {
  const type = value instanceof Boxed ? typeOf(value) : undefined
  if (!(value instanceof Boxed) || type === undefined || !isEnum(type)) return undefined
  const text = enumText(value.type, Number(value.value))
  if (/^-?\d+$/.test(text)) return undefined
  return JValue.text(camel ? text.split(', ').map(camelCase).join(', ') : text)
}
