import type { BreakerRule, PoolMember } from '../../catalog/catalog.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import { memberOf, textOf } from '../text/text-node.ts'
import { parseResourceId } from './resource-id.ts'

/** A member as it is written, and where. */
export interface WrittenMember extends PoolMember {
  readonly at: ReturnType<Fields['at']>
}

/** The members of a pool (`properties.pool.services`). */
export function poolMembersOf(pool: Fields): readonly WrittenMember[] {
  return pool.list('services').flatMap(service => {
    const id = service.requiredText('id')
    const name = id === undefined ? undefined : parseResourceId(id)?.name
    if (name === undefined) return []
    return [
      {
        backend: name,
        priority: numberIn(service, 'priority') ?? 1,
        weight: numberIn(service, 'weight') ?? 1,
        at: service.at('id'),
      },
    ]
  })
}

/** The rules of a circuit breaker that can be run; what cannot is told. */
export function breakerRulesOf(breaker: Fields, backend: string, report: Report): readonly BreakerRule[] {
  return breaker.list('rules').flatMap(rule => {
    const condition = rule.fields('failureCondition')
    const count = condition === undefined ? undefined : numberIn(condition, 'count')
    const percentage = condition === undefined ? undefined : numberIn(condition, 'percentage')
    const interval = condition === undefined ? undefined : durationIn(condition, 'interval')
    const tripDuration = durationIn(rule, 'tripDuration')
    const isSound = isThreshold(count, 1, 10_000) && isThreshold(percentage, 1, 100) && (count ?? percentage) !== undefined
    if (condition === undefined || !isSound || interval === undefined || tripDuration === undefined) {
      const message = `a circuit breaker's rule of the backend '${backend}' is not run: it lacks a count (1 to 10000) or percentage (1 to 100), an interval or a trip duration`
      report.warning(
        rule.node.at,
        'backend.unsupported',
        message,
        'write them as Azure does: count: 3, interval: PT1H, tripDuration: PT1H',
      )
      return []
    }
    return [
      {
        name: rule.text('name') ?? '',
        ...(count === undefined ? {} : { count }),
        ...(percentage === undefined ? {} : { percentage }),
        interval,
        statusCodes: condition.list('statusCodeRanges').flatMap(range => {
          const [min, max] = [numberIn(range, 'min'), numberIn(range, 'max')]
          return min === undefined || max === undefined ? [] : [{ min, max }]
        }),
        errorReasons: errorReasonsOf(condition.texts('errorReasons').map(({ text }) => text)),
        tripDuration,
        acceptRetryAfter: rule.flag('acceptRetryAfter') ?? false,
      },
    ]
  })
}

const isThreshold = (value: number | undefined, min: number, max: number) => value === undefined || (value >= min && value <= max)

/** What API Management itself calls errors of a backend (page "Error handling in API Management policies"). */
const knownReasons = ['Timeout', 'BackendConnectionFailure', 'ClientConnectionFailure', 'OperationNotFound']

/** The pages write free words there (`Server errors`), too: whatever is no known name means every failure without an answer. */
function errorReasonsOf(texts: readonly string[]): BreakerRule['errorReasons'] {
  const known = texts.flatMap(text => knownReasons.find(one => one.toLowerCase() === text.trim().toLowerCase()) ?? [])
  return known.length === texts.length ? known : 'any'
}

/** The cookie of `properties.pool.sessionAffinity.sessionId`; undefined when there is none, or after a fault. */
export function sessionAffinityOf(pool: Fields, report: Report): { readonly cookie: string } | undefined {
  const session = pool.fields('sessionAffinity')?.fields('sessionId')
  if (session === undefined) return undefined
  if (session.choice('source', ['cookie']) === undefined && memberOf(session.node, 'source') !== undefined) return undefined
  const cookie = session.requiredText('name')
  // RFC 6265, section 4.1.1: a token
  if (cookie === undefined || /^[\w!#$%&'*+.^`|~-]{1,100}$/.test(cookie)) return cookie === undefined ? undefined : { cookie }
  report.error(session.at('name'), 'value.format', `'${cookie}' cannot be a cookie's name`, 'use letters, digits and hyphens')
  return undefined
}

/** Templates write numbers as texts, too. */
function numberIn(fields: Fields, key: string): number | undefined {
  const node = memberOf(fields.node, key)
  const value = node?.kind === 'scalar' ? node.value : undefined
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** Milliseconds of an ISO 8601 duration in days, hours, minutes and seconds: `P1D`, `PT1H30M`. */
function durationIn(fields: Fields, key: string): number | undefined {
  const text = textOf(memberOf(fields.node, key)) ?? ''
  const parts = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/.exec(text.trim())
  if (parts === null) return undefined
  const [days, hours, minutes, seconds] = parts.slice(1).map(part => Number(part ?? 0))
  const total = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000
  return total > 0 ? total : undefined
}
