import { argumentNull } from '../../collections/argument-errors.ts'

/** A text that may not be null; `s` is what StringReader calls it. */
export function requiredText(text: string | null, parameter = 's'): string {
  if (text === null) throw argumentNull(parameter)
  return text
}

export function required<T>(value: T | null, parameter = 'o'): T {
  if (value === null) throw argumentNull(parameter)
  return value
}
