import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { registerTypes } from '../../../types/registry.ts'
import { allTypes } from '../../all-types.ts'
import { parseDateTime, parseDateTimeExact, tryParseDateTime } from './date-reading.ts'
import { DateTime, DateTimeKind } from './date-time.ts'
import { TimeSpan } from './time-span.ts'
import { convertTime, findTimeZone, TimeZone } from './time-zone.ts'

before(() => {
  registerTypes(allTypes)
  startBudget(10_000_000)
})

const formatFault = (error: unknown) => error instanceof NetException && error.fullName === 'System.FormatException'

test('a date keeps its ticks through the round-trip format', () => {
  const date = new DateTime(637135200001234567n, DateTimeKind.Utc)
  assert.equal(date.netToString('o'), '2020-01-02T00:00:00.1234567Z')
  assert.equal(parseDateTime(date.netToString('o')).ticks, date.ticks)
})

test('a zone in the text makes the time local, and local is UTC', () => {
  const parsed = parseDateTime('2020-01-02T10:20:30+02:00')
  assert.equal(parsed.netToString('o'), '2020-01-02T08:20:30.0000000+00:00')
})

test('a day’s name that is wrong is told apart from a text that is no date', () => {
  assert.throws(() => parseDateTime('Fri, 02 Jan 2020 10:20:30 GMT'), /day of week was incorrect/)
  assert.throws(() => parseDateTime('hello'), formatFault)
  assert.equal(tryParseDateTime('2020-02-30'), undefined)
})

test('an exact format takes exactly its digits', () => {
  assert.equal(parseDateTimeExact('20200102', ['yyyyMMdd'], null).netToString('s'), '2020-01-02T00:00:00')
  assert.throws(() => parseDateTimeExact('2020-1-2', ['yyyy-MM-dd'], null), formatFault)
})

test('adding months keeps to the end of a shorter month', () => {
  assert.equal(DateTime.of(2020, 1, 31).addMonths(1).netToString('d'), '02/29/2020')
})

test('a time that the clock skips cannot be converted', () => {
  const newYork = findTimeZone('Eastern Standard Time')
  assert.throws(() => convertTime(DateTime.of(2020, 3, 8, 2, 30), TimeZone.utc, newYork), /invalid time/)
  assert.equal(convertTime(DateTime.of(2020, 7, 1, 12), TimeZone.utc, newYork).netToString('u'), '2020-07-01 16:00:00Z')
  assert.equal(findTimeZone('america/new_york').netEquals(newYork), false)
})

test('every Windows time zone name finds its data', async () => {
  const { windowsZones } = await import('./windows-zones.ts')
  for (const { id } of windowsZones) assert.equal(findTimeZone(id).id, id)
})

test('a time span prints days only when it has some', () => {
  assert.equal(TimeSpan.of(0, 25, 0, 0, 500).netToString(), '1.01:00:00.5000000')
  assert.equal(TimeSpan.of(0, 1, 0, 0, 0).netToString(), '01:00:00')
  assert.throws(() => TimeSpan.of(1, 0, 0, 0, 0).netToString('hh:mm'), formatFault)
})
