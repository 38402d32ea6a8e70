import type { NamedValues } from '../../policies/compose/named-values.ts'
import type { PolicyElement, PolicyText } from '../../policies/read/read-policy.ts'
import type { EffectiveElement } from '../effective-section.ts'
import { attributeText, childrenNamed, isKnown, textOf } from '../policy-texts.ts'
import { tokenPolicies } from './asked-on-way.ts'

/** Conditions on a way that may turn a caller away, as text that is compared, never shown: secrets stand in it. */
export interface DecidingConditions {
  readonly all: string
  /** Those that ask for something else than roles, groups and scopes: trying these does not tell who gets past them. */
  readonly untold: string
  /** Whether one of these reads claims of a token. */
  readonly readsTokens: boolean
}

type Held = (at: EffectiveElement) => readonly EffectiveElement[]

export function decidingConditions(elements: readonly EffectiveElement[], held: Held, values: NamedValues): DecidingConditions {
  const read = (text: PolicyText) => values.substitute(text.source).source.text.trim()
  const all = elements.flatMap(held).map(({ element }) => element)
  const variables = new Map(
    all.flatMap(element => {
      const [name, value] = ['name', 'value'].map(key => element.attributes.find(one => one.name === key)?.value)
      return element.name === 'set-variable' && name && value ? [[read(name), read(value)] as const] : []
    }),
  )
  const found = elements.flatMap(at => {
    const text = decidingText(
      held(at).map(({ element }) => element),
      values,
      read,
    )
    return text === '' ? [] : [withVariables(text, variables)]
  })
  const untold = found.filter(text => !isTold(text)).join('\n')
  return { all: found.join('\n'), untold, readsTokens: /\.\s*(?:Claims|Subject)\b/.test(untold) }
}

/** Of a choose: its conditions, and what refuses under them. Of a token policy: values that only a call tells, and secret ones. Else nothing. */
function decidingText(held: readonly PolicyElement[], values: NamedValues, read: (text: PolicyText) => string): string {
  const isChoice = held.some(({ name }) => name === 'choose')
  const refuses = held.some(({ name }) => name === 'return-response' || tokenPolicies.has(name))
  if (isChoice && !refuses) return ''
  return held.map(element => (isChoice ? partOfChoice(element, values, read) : '') + untoldValues(element, values, read)).join('')
}

function partOfChoice(element: PolicyElement, values: NamedValues, read: (text: PolicyText) => string): string {
  const condition = element.attributes.find(({ name }) => name === 'condition')
  if (condition !== undefined) return `when ${read(condition.value)};`
  if (element.name === 'otherwise') return 'otherwise;'
  if (element.name !== 'return-response') return tokenPolicies.has(element.name) ? `${element.name};` : ''
  const [status] = childrenNamed(element, 'set-status')
  return `return-response ${status === undefined ? 200 : attributeText(status, 'code', values)};`
}

function untoldValues(element: PolicyElement, values: NamedValues, read: (text: PolicyText) => string): string {
  if (!tokenPolicies.has(element.name)) return ''
  const texts = (one: PolicyElement): readonly PolicyText[] => [
    ...one.attributes.map(({ value }) => value),
    ...(one.text === undefined ? [] : [one.text]),
    ...one.children.flatMap(texts),
  ]
  return texts(element)
    .filter(text => !isKnown(textOf(text, values)))
    .map(text => `${element.name} ${read(text)};`)
    .join('')
}

/** With the expressions of the variables that it reads, and of those that they read. */
function withVariables(text: string, variables: ReadonlyMap<string, string>): string {
  let all = text
  const left = new Map(variables)
  for (let isMore = true; isMore; ) {
    const read = [...left].filter(([name]) => all.includes(`"${name}"`))
    for (const [name, value] of read) {
      left.delete(name)
      all += `${name} = ${value};`
    }
    isMore = read.length > 0
  }
  return all
}

/** Where the bearer of the call stands in an expression: what is read from its token is seen by the claims. */
const ownToken = /context\.Request\.Headers(?:\.GetValueOrDefault\(|\[)\s*"Authorization"/g
const told = /\bClaims\s*(?:\[|\.\s*(?:GetValueOrDefault|ContainsKey|TryGetValue)\s*\()\s*"(?:roles|groups|scp)"/g
/** What else of a call, a token or the world a condition may hang on. */
const untold =
  /\bcontext\.(?!Variables\b|Request\.Method\b|Api\b|Operation\b|Product\b)|\bClaims\b|\.(?:Subject|Issuer|Audiences|Id|Body|StatusCode)\b|\b(?:DateTime|DateTimeOffset|Random|Guid)\b|\{\{/

function isTold(text: string): boolean {
  if (/^validate-|;validate-[a-z-]+ /.test(text)) return false
  return !untold.test(text.replaceAll(ownToken, '').replaceAll(told, ''))
}
