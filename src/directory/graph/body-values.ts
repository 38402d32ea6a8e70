import { isObject } from '../../identity/json-object.ts'
import { badRequest, type GraphError } from './graph-error.ts'

export type Body = Readonly<Record<string, unknown>>

const maxText = 256
const maxList = 500

/** A property of the wrong form: thrown from within a value, caught where the body is read. */
export class BadProperty extends Error {
  constructor(name: string, resource: string) {
    super(`Invalid value specified for property '${name}' of resource '${resource}'.`)
  }
}

/** Gives what was read, or Graph's answer to the first property of the wrong form. */
export function reading<T>(read: () => T): T | GraphError {
  try {
    return read()
  } catch (error) {
    if (error instanceof BadProperty) return badRequest(error.message)
    throw error
  }
}

/** Reads the values of one kind of body; each throws BadProperty for what is no such value. */
export class BodyValues {
  readonly #resource: string

  constructor(resource: string) {
    this.#resource = resource
  }

  bad(name: string): BadProperty {
    return new BadProperty(name, this.#resource)
  }

  text(value: unknown, name: string): string {
    if (typeof value !== 'string' || value === '' || value.length > maxText) throw this.bad(name)
    return value
  }

  flag(value: unknown, name: string): boolean {
    if (typeof value !== 'boolean') throw this.bad(name)
    return value
  }

  list(value: unknown, name: string): readonly unknown[] {
    if (!Array.isArray(value) || value.length > maxList) throw this.bad(name)
    return value
  }

  texts(value: unknown, name: string): readonly string[] {
    return this.list(value, name).map(one => this.text(one, name))
  }

  object(value: unknown, name: string): Body {
    if (!isObject(value)) throw this.bad(name)
    return value
  }

  /** An object without other members than these; null says nothing. */
  objectOf(value: unknown, name: string, members: readonly string[]): Body {
    const object = this.object(value, name)
    const strange = Object.keys(object).find(member => !members.includes(member) && object[member] !== null)
    if (strange !== undefined) throw this.bad(`${name}/${strange}`)
    return object
  }

  choice<const T>(value: unknown, name: string, choices: readonly T[]): T {
    const found = choices.find(one => one === value)
    if (found === undefined) throw this.bad(name)
    return found
  }
}

/** Reads a value that is there; null is looked at where something may be taken away (`nulled`). */
export const when = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value)

/** Those of these members that the body sets to null: they are to be taken away. */
export const nulled = (body: Body, names: readonly string[]) => names.filter(name => body[name] === null)

/** Without the members that have no value. */
export function definedOnly<T extends object>(all: T): { [K in keyof T]?: NonNullable<T[K]> } {
  // only members with a value are left
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}

/** The first property of a body that can neither be written nor be left out without harm. */
export function strangeProperty(body: Body, known: ReadonlySet<string>): GraphError | undefined {
  const strange = Object.keys(body).find(name => !name.startsWith('@odata') && !known.has(name))
  return strange === undefined ? undefined : badRequest(`The property '${strange.slice(0, 60)}' cannot be written here.`)
}
