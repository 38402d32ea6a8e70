import type { NamedValues } from '../policies/compose/named-values.ts'
import type { PolicyElement, PolicyText } from '../policies/read/read-policy.ts'

/** Stands for a value that only a call can tell. */
export const unknownValue = 'what an expression says'

export const childrenNamed = (element: PolicyElement, name: string) => element.children.filter(child => child.name === name)

/** The texts of `<list><item>…</item></list>`. */
export function listTexts(element: PolicyElement, list: string, item: string, values: NamedValues): readonly string[] {
  return childrenNamed(element, list)
    .flatMap(one => childrenNamed(one, item))
    .map(({ text }) => textOf(text, values))
}

export function attributeText(element: PolicyElement, name: string, values: NamedValues): string | undefined {
  const found = element.attributes.find(one => one.name === name)
  return found === undefined ? undefined : textOf(found.value, values)
}

/** As the policy will see it; an expression and a secret are named, not shown. */
export function textOf(text: PolicyText | undefined, values: NamedValues): string {
  if (text === undefined) return ''
  if (text.kind === 'expression') return unknownValue
  const { source, secret } = values.substitute(text.source)
  return (secret ? text.source.text : source.text).trim()
}

/** Whether a text is what the policy will see: no expression, no secret, nothing that is missing. */
export const isKnown = (text: string) => text !== unknownValue && !text.includes('{{')

export function descendants(element: PolicyElement): readonly PolicyElement[] {
  return element.children.flatMap(child => [child, ...descendants(child)])
}
