import { guidFromName, parseGuid } from '../guid.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import type { Place } from '../text/text-node.ts'

/** What the parts of a directory share while it is read: where faults go, made ids, and what must be unique. */
export interface DirectoryReader {
  readonly report: Report
  /** The id that the object gives, or one made from its name, so that it stays the same. */
  idOf(fields: Fields, key: string, kind: string, name: string): string
  /** Reports the second of two objects that share a value which must be unique; compared without case. */
  unique(what: string, value: string, at: Place): void
}

export function directoryReader(tenantId: string, report: Report): DirectoryReader {
  const taken = new Map<string, Place>()
  const unique: DirectoryReader['unique'] = (what, value, at) => {
    const key = `${what}\n${value.toLowerCase()}`
    const first = taken.get(key)
    if (first === undefined) taken.set(key, at)
    else {
      const message = `the ${what} '${value}' is taken already, at line ${first.line}, column ${first.column}`
      report.error(at, 'directory.duplicate', message, `give one of the two another ${what}`)
    }
  }
  return {
    report,
    unique,
    idOf: (fields, key, kind, name) => {
      const given = fields.text(key)
      const id = given === undefined ? guidFromName(tenantId, kind, name) : parseGuid(given)
      if (id === undefined)
        report.error(fields.at(key), 'value.format', `'${given}' is not an id`, 'leave it out, and one is made from the name')
      const sound = id ?? guidFromName(tenantId, kind, name)
      unique('id', sound, fields.at(key))
      return sound
    },
  }
}

/** The texts that are there, each under its key. */
export function textsThere<K extends string>(fields: Fields, keys: readonly K[]): { readonly [key in K]?: string } {
  const entries = keys.flatMap(key => {
    const text = fields.text(key)
    return text === undefined ? [] : [[key, text] as const]
  })
  return Object.fromEntries(entries) as { [key in K]?: string } // its keys are those asked for
}
