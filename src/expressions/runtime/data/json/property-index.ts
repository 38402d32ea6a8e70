/** So many properties are looked through; beyond, a Map finds them. Most objects have fewer, and a Map for each costs more than all else. */
const few = 8

/** Finds the properties of an object by name: any text is a mere name. It is told of every change to the list. */
export class PropertyIndex<T extends { readonly name: string }> {
  readonly #properties: readonly T[]
  #byName: Map<string, T> | undefined

  constructor(properties: readonly T[]) {
    this.#properties = properties
  }

  find(name: string): T | undefined {
    if (this.#byName !== undefined) return this.#byName.get(name)
    const properties = this.#properties
    for (let i = 0; i < properties.length; i++) {
      const property = properties[i]
      if (property?.name === name) return property
    }
    return undefined
  }

  /** It stands in the list. */
  added(property: T): void {
    if (this.#byName !== undefined) this.#byName.set(property.name, property)
    else if (this.#properties.length > few) this.#byName = new Map(this.#properties.map(each => [each.name, each]))
  }

  removed(property: T): void {
    this.#byName?.delete(property.name)
  }

  cleared(): void {
    this.#byName = undefined
  }
}
