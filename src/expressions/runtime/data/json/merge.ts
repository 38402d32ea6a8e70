import type { Value } from '../../../types/values.ts'
import { boxedElements } from '../../collections/elements.ts'
import { nested } from '../nesting.ts'
import { JArray, JConstructor, JObject, JProperty } from './containers.ts'
import { isMulti, tokenOf } from './content.ts'
import type { JContainer, JToken } from './token.ts'
import { kind } from './token-kind.ts'
import { JValue } from './value.ts'

/** Newtonsoft's JsonMergeSettings. Arrays: 0 Concat, 1 Union, 2 Replace, 3 Merge. Nulls: 0 Ignore, 1 Merge. Names: a StringComparison. */
export class MergeSettings {
  arrays = 0
  nulls = 0
  names = 4
}

type SameName = (a: string, b: string) => boolean

export function merge(target: JContainer, content: Value, settings: MergeSettings, same: SameName): void {
  nested(() => {
    if (target instanceof JObject) mergeObject(target, content, settings, same)
    else if (target instanceof JArray)
      mergeItems(
        target,
        Array.isArray(content) || content instanceof JArray || isMulti(content) ? content : undefined,
        settings,
        same,
      )
    else if (target instanceof JConstructor) mergeConstructor(target, content, settings, same)
    else if (target instanceof JProperty) mergeProperty(target, content, settings, same)
  })
}

function mergeObject(target: JObject, content: Value, settings: MergeSettings, same: SameName): void {
  if (!(content instanceof JObject)) return
  for (const property of content.properties) {
    const { name, value } = property
    const existing = target.property(name) ?? target.properties.find(each => same(each.name, name))
    if (existing === undefined) target.insertAt(target.properties.length, new JProperty(name, value))
    else if (value !== null) mergeValue(existing, value, settings, same)
  }
}

function mergeValue(existing: JProperty, value: JToken, settings: MergeSettings, same: SameName): void {
  const old = existing.value
  const container = isContainer(old) ? old : undefined
  if (container === undefined || container.kind !== value.kind) {
    if (!isNull(value) || settings.nulls === 1) existing.value = value
  } else merge(container, value, settings, same)
}

const isNull = (token: JToken) => token.kind === kind.Null || (token instanceof JValue && token.value === null)

const isContainer = (token: JToken | null): token is JContainer =>
  token instanceof JObject || token instanceof JArray || token instanceof JConstructor || token instanceof JProperty

function mergeConstructor(target: JConstructor, content: Value, settings: MergeSettings, same: SameName): void {
  if (!(content instanceof JConstructor)) return
  if (content.name !== null) target.name = content.name
  mergeItems(target, content, settings, same)
}

function mergeProperty(target: JProperty, content: Value, settings: MergeSettings, same: SameName): void {
  const value = content instanceof JProperty ? content.value : null
  if (value !== null && value.kind !== kind.Null) mergeValue(target, value, settings, same)
}

function mergeItems(target: JArray | JConstructor, content: Value, settings: MergeSettings, same: SameName): void {
  if (content === undefined) return
  const pieces = [...boxedElements(content)]
  if (settings.arrays === 2) {
    if (content === target) return
    target.clear()
  }
  if (settings.arrays === 3) mergeByIndex(target, pieces, settings, same)
  else for (const piece of pieces) addUnlessUnited(target, tokenOf(piece), settings.arrays === 1)
}

function addUnlessUnited(target: JArray | JConstructor, item: JToken, union: boolean): void {
  if (union && target.items.some(each => each === item || each.deepEquals(item))) return
  target.add(item)
}

function mergeByIndex(target: JArray | JConstructor, pieces: readonly Value[], settings: MergeSettings, same: SameName): void {
  pieces.forEach((piece, i) => {
    const existing = target.items[i]
    if (existing === undefined) target.add(tokenOf(piece))
    else if (isContainer(existing)) merge(existing, piece, settings, same)
    else if (piece !== null) {
      const item = tokenOf(piece)
      if (item.kind !== kind.Null) target.setAt(i, item)
    }
  })
}
