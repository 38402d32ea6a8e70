/** Versions of the protocol that requests are judged by; older ones are other protocols. */
export const knownVersions = ['4.0', '4.01'] as const

/** 4.0 as 4, 4.01 as 4.01: they are ordered as numbers. Undefined for what is no version. */
export function versionOf(text: string): number | undefined {
  const trimmed = text.trim()
  return /^\d{1,2}\.\d{1,2}$/.test(trimmed) ? Number(trimmed) : undefined
}
