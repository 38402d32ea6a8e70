/** The data of System.Globalization.NumberFormatInfo, with the invariant culture's values until a culture sets others. */
export class NumberFormat {
  readOnly = false
  currencyDecimalDigits = 2
  currencyDecimalSeparator = '.'
  currencyGroupSeparator = ','
  currencyGroupSizes: readonly number[] = [3]
  currencyNegativePattern = 0
  currencyPositivePattern = 0
  currencySymbol = '\u00a4'
  naNSymbol = 'NaN'
  negativeInfinitySymbol = '-Infinity'
  negativeSign = '-'
  numberDecimalDigits = 2
  numberDecimalSeparator = '.'
  numberGroupSeparator = ','
  numberGroupSizes: readonly number[] = [3]
  numberNegativePattern = 1
  percentDecimalDigits = 2
  percentDecimalSeparator = '.'
  percentGroupSeparator = ','
  percentGroupSizes: readonly number[] = [3]
  percentNegativePattern = 0
  percentPositivePattern = 0
  percentSymbol = '%'
  perMilleSymbol = '\u2030'
  positiveInfinitySymbol = 'Infinity'
  positiveSign = '+'

  clone(): NumberFormat {
    return Object.assign(new NumberFormat(), this, { readOnly: false })
  }
}

export const invariantNumberFormat: NumberFormat = Object.assign(new NumberFormat(), { readOnly: true })
