import { notSupported } from './argument-errors.ts'

/** A collection that refuses to be changed. */
export abstract class ReadOnly {
  readonly isReadOnly = true

  /** What NotSupportedException says. */
  protected refusal(): string {
    return 'Collection is read-only.'
  }

  add(): never {
    throw notSupported(this.refusal())
  }

  remove(): never {
    throw notSupported(this.refusal())
  }

  clear(): never {
    throw notSupported(this.refusal())
  }
}

/** The same for one whose items have places. */
export abstract class ReadOnlyItems extends ReadOnly {
  setAt(): never {
    throw notSupported(this.refusal())
  }

  insert(): never {
    throw notSupported(this.refusal())
  }

  removeAt(): never {
    throw notSupported(this.refusal())
  }
}
