import { textOf } from '../../../types/boxing.ts'
import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'

/** A TimeSpan as an XML Schema duration, read off its constant format `[-][d.]hh:mm:ss[.fffffff]`. */
export function durationText(timeSpan: Value): string {
  const match = /^(-?)(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/.exec(textOf(timeSpan))
  if (match === null) return 'PT0S'
  const [days, hours, minutes, seconds] = [2, 3, 4, 5].map(i => Number(match[i] ?? 0)) as [number, number, number, number] // four numbers
  const fraction = (match[6] ?? '').replace(/0+$/, '')
  const time =
    (hours > 0 ? `${hours}H` : '') +
    (minutes > 0 ? `${minutes}M` : '') +
    (seconds > 0 || fraction !== '' ? `${seconds}${fraction === '' ? '' : `.${fraction}`}S` : '')
  if (days === 0 && time === '') return 'PT0S'
  return `${match[1]}P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}

const form = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$/

/** An XML Schema duration as TimeSpan's constant format; a year has 365 days, a month 30, as XmlConvert counts. */
export function durationParts(text: string): string {
  const match = form.exec(text.trim())
  if (match === null || /[PT]$/.test(text.trim()))
    return fail('System.FormatException', `The string '${text}' is not a valid TimeSpan value.`)
  const [years, months, days, hours, minutes, seconds] = [2, 3, 4, 5, 6, 7].map(i => BigInt(match[i] ?? 0)) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ] // six numbers
  const whole = (years * 365n + months * 30n + days) * 86_400n + hours * 3600n + minutes * 60n + seconds
  const pad = (value: bigint) => String(value).padStart(2, '0')
  const fraction = (match[8] ?? '').slice(0, 7)
  return `${match[1]}${whole / 86_400n}.${pad((whole / 3600n) % 24n)}:${pad((whole / 60n) % 60n)}:${pad(whole % 60n)}${fraction === '' ? '' : `.${fraction}`}`
}
