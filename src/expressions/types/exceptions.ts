/**
 * A .NET exception in flight. One JavaScript class for all: its .NET type is data (`fullName`), and catch clauses compare that
 * with the inheritance that the type tables declare.
 */
export class NetException extends Error {
  /** `System.FormatException` and the like. */
  readonly fullName: string
  readonly inner: NetException | null
  /** `Exception.Source`: what the author set; .NET's own, the name of an assembly, is not kept. */
  source: string | null = null

  constructor(fullName: string, message: string, inner: NetException | null = null) {
    super(message)
    this.fullName = fullName
    this.inner = inner
  }
}

/** Throws, as an expression. */
export function fail(fullName: string, message: string): never {
  throw new NetException(fullName, message)
}
