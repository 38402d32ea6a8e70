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
    const interval = condition === undefined ? undefined : durationIn(condition, 'interval')
    const tripDuration = durationIn(rule, 'tripDuration')
    if (condition === undefined || count === undefined || count < 1 || interval === undefined || tripDuration === undefined) {
      const message = `a circuit breaker's rule of the backend '${backend}' is not run: it needs a count, an interval and a trip duration`
      report.warning(rule.node.at, 'backend.unsupported', message, 'a rule by percentage is not supported yet')
      return []
    }
    return [
      {
        name: rule.text('name') ?? '',
        count: Math.min(count, 10_000),
        interval,
        statusCodes: condition.list('statusCodeRanges').flatMap(range => {
          const [min, max] = [numberIn(range, 'min'), numberIn(range, 'max')]
          return min === undefined || max === undefined ? [] : [{ min, max }]
        }),
        countsErrors: condition.texts('errorReasons').length > 0,
        tripDuration,
        acceptRetryAfter: rule.flag('acceptRetryAfter') ?? false,
      },
    ]
  })
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
