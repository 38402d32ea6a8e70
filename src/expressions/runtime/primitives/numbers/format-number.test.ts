import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { startBudget } from '../../../types/budget.ts'
import { invariantNumberFormat as invariant } from '../culture/number-format.ts'
import { Decimal, divideDecimals } from './decimal.ts'
import { formatDouble, formatInteger, formatScaled, formatSingle } from './format-number.ts'

before(() => startBudget(1_000_000))

test('a double prints 15 digits, and 17 for R when 15 do not read back', () => {
  assert.equal(formatDouble(0.1 + 0.2, null, invariant), '0.3')
  assert.equal(formatDouble(0.1 + 0.2, 'R', invariant), '0.30000000000000004')
  assert.equal(formatDouble(1e15, null, invariant), '1E+15')
  assert.equal(formatSingle(Math.fround(1 / 3), null, invariant), '0.3333333')
})

test('fixed-point rounds the printed digits half up', () => {
  assert.equal(formatDouble(1.005, 'F2', invariant), '1.01')
  assert.equal(formatDouble(-0.001, 'F2', invariant), '0.00')
})

test('custom formats choose a section by sign, and the zero section by the rounded value', () => {
  assert.equal(formatScaled(-12345678n, 1, '#,##0.00;(#,##0.00);zero', invariant), '(1,234,567.80)')
  assert.equal(formatDouble(0.001, '#,##0.00;(#,##0.00);zero', invariant), 'zero')
  assert.equal(formatInteger(1234567890, 32, '#,##0,,.00M', invariant), '1,234.57M')
})

test('hexadecimal is the two’s complement of the type', () => {
  assert.equal(formatInteger(-5, 32, 'X', invariant), 'FFFFFFFB')
  assert.equal(formatInteger(-5, 16, 'x', invariant), 'fffb')
})

test('an exact decimal quotient keeps the scales’ difference, another has no trailing zeros', () => {
  assert.equal(divideDecimals(new Decimal(100n, 2), new Decimal(2n, 0)).netToString(), '0.50')
  assert.equal(divideDecimals(new Decimal(1n, 0), new Decimal(3n, 0)).netToString(), '0.3333333333333333333333333333')
  assert.equal(divideDecimals(new Decimal(300n, 2), new Decimal(16n, 1)).netToString(), '1.875')
})
