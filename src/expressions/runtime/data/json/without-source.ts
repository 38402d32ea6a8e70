import { spend } from '../../../types/budget.ts'
import { nested } from '../nesting.ts'
import { JArray, JConstructor, JObject, JProperty } from './containers.ts'
import type { JToken } from './token.ts'
import { fractionToken, type LoadOptions, textToken } from './token-builder.ts'
import { kind } from './token-kind.ts'
import { JValue } from './value.ts'

/**
 * Of a token that was loaded with its sources kept: a copy as a type that holds tokens gets it. Texts of dates are dates, and a name that
 * came again stands where it came last, as JTokenWriter has it.
 */
export function withoutSource(token: JToken, options: LoadOptions): JToken {
  spend()
  if (token instanceof JValue) return plain(token, options)
  return nested(() => {
    if (token instanceof JProperty) return new JProperty(token.name, token.value && withoutSource(token.value, options))
    const copy =
      token instanceof JConstructor ? new JConstructor(token.name) : token instanceof JArray ? new JArray() : new JObject()
    for (const child of children(token)) copy.insertAt(copy.children.length, withoutSource(child, options))
    return copy
  })
}

function plain(token: JValue, options: LoadOptions): JValue {
  if (token.kind === kind.String && typeof token.value === 'string') return textToken(token.value, options)
  if (token.kind === kind.Float && token.source !== undefined) return fractionToken(Number(token.source), token.source, options)
  return token.clone()
}

const children = (token: JToken) => (token instanceof JObject ? lastOfEachName(token.properties) : token.children)

function lastOfEachName(properties: readonly JProperty[]): readonly JProperty[] {
  const last = new Map(properties.map(property => [property.name, property]))
  return last.size === properties.length ? properties : properties.filter(property => last.get(property.name) === property)
}
