import { fail } from '../../../types/exceptions.ts'

/** System.Globalization.NumberStyles, a set of flags. */
export const NumberStyles = {
  None: 0,
  AllowLeadingWhite: 1,
  AllowTrailingWhite: 2,
  AllowLeadingSign: 4,
  AllowTrailingSign: 8,
  AllowParentheses: 16,
  AllowDecimalPoint: 32,
  AllowThousands: 64,
  AllowExponent: 128,
  AllowCurrencySymbol: 256,
  AllowHexSpecifier: 512,
  Integer: 7,
  Number: 111,
  Float: 167,
  Currency: 383,
  Any: 511,
  HexNumber: 515,
} as const

/** What double.Parse and float.Parse allow unless told otherwise. */
export const floatWithThousands: number = NumberStyles.Float | NumberStyles.AllowThousands

export function checkIntegerStyle(style: number): void {
  if ((style & ~0x3ff) !== 0)
    fail('System.ArgumentException', 'An undefined NumberStyles value is being used.\r\nParameter name: style')
  const hex = (style & NumberStyles.AllowHexSpecifier) !== 0
  if (hex && (style & ~NumberStyles.HexNumber) !== 0) {
    fail(
      'System.ArgumentException',
      'With the AllowHexSpecifier bit set in the enum bit field, the only other valid bits that can be combined into the enum value must be a subset of those in HexNumber.',
    )
  }
}

export function checkFloatStyle(style: number): void {
  if ((style & ~0x3ff) !== 0)
    fail('System.ArgumentException', 'An undefined NumberStyles value is being used.\r\nParameter name: style')
  if ((style & NumberStyles.AllowHexSpecifier) !== 0) {
    fail('System.ArgumentException', 'The number style AllowHexSpecifier is not supported on floating point data types.')
  }
}
