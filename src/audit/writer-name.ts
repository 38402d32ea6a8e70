/** What a writer's name says: `BEGAN-PROCESS-ROLE`. */
export interface WriterParts {
  /** `BEGAN-PROCESS`: what all writers of a gateway's process share. */
  readonly run: string
  readonly pid: number
  /** `main`, the number of a thread, or what a command writes. */
  readonly role: string
}

/** Undefined for a name that no gateway gives. */
export function partsOf(writer: string): WriterParts | undefined {
  const [, run, pid, role] = /^(\d{8}T\d{9}Z-(\d+))-(\w+)$/.exec(writer) ?? []
  return run === undefined || role === undefined ? undefined : { run, pid: Number(pid), role }
}

/** The writer that says what the trail holds: which segments were begun and removed, and how far the other chains go. */
export const isMain = (writer: string): boolean => /(^|-)main$/.test(writer)

/** The main chain of the process that a thread's chain belongs to; undefined for a chain that belongs to none. */
export function mainOf(writer: string): string | undefined {
  const parts = partsOf(writer)
  return parts !== undefined && /^\d+$/.test(parts.role) ? `${parts.run}-main` : undefined
}

/** When its process began, in ms since 1970-01-01 UTC; undefined when the name does not say. */
export function beganAt(writer: string): number | undefined {
  const [, year, month, day, hour, minute, second, ms] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(writer) ?? []
  return year === undefined ? undefined : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
}
