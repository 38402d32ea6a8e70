import type { NumericKind } from '../types/facts.ts'

/** C# 7 §11.2.3: what each numeric type converts to without a cast. */
const implicitTargets: Readonly<Record<NumericKind, readonly NumericKind[]>> = {
  sbyte: ['short', 'int', 'long', 'float', 'double', 'decimal'],
  byte: ['short', 'ushort', 'int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'],
  short: ['int', 'long', 'float', 'double', 'decimal'],
  ushort: ['int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'],
  int: ['long', 'float', 'double', 'decimal'],
  uint: ['long', 'ulong', 'float', 'double', 'decimal'],
  long: ['float', 'double', 'decimal'],
  ulong: ['float', 'double', 'decimal'],
  char: ['ushort', 'int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'],
  float: ['double'],
  double: [],
  decimal: [],
}

export const convertsImplicitly = (from: NumericKind, to: NumericKind) => from === to || implicitTargets[from].includes(to)

interface Bounds {
  readonly least: bigint
  readonly most: bigint
}

const bounds: ReadonlyMap<NumericKind, Bounds> = new Map<NumericKind, Bounds>([
  ['sbyte', { least: -0x80n, most: 0x7fn }],
  ['byte', { least: 0n, most: 0xffn }],
  ['short', { least: -0x8000n, most: 0x7fffn }],
  ['ushort', { least: 0n, most: 0xffffn }],
  ['char', { least: 0n, most: 0xffffn }],
  ['int', { least: -0x80000000n, most: 0x7fffffffn }],
  ['uint', { least: 0n, most: 0xffffffffn }],
  ['long', { least: -0x8000000000000000n, most: 0x7fffffffffffffffn }],
  ['ulong', { least: 0n, most: 0xffffffffffffffffn }],
])

/** The range of an integral kind (char included); undefined for the others. */
export const rangeOf = (kind: NumericKind): Bounds | undefined => bounds.get(kind)

export const isIntegral = (kind: NumericKind) => bounds.has(kind)

/** Kinds held as bigint. */
export const isBig = (kind: NumericKind) => kind === 'long' || kind === 'ulong'

/** Binary numeric promotion, C# 7 §12.4.7.3: the kind both operands become; undefined when C# refuses the pair. */
export function promote(left: NumericKind, right: NumericKind): NumericKind | undefined {
  const either = (kind: NumericKind) => left === kind || right === kind
  if (either('decimal')) return either('float') || either('double') ? undefined : 'decimal'
  if (either('double')) return 'double'
  if (either('float')) return 'float'
  if (either('ulong')) {
    const other = left === 'ulong' ? right : left
    return ['sbyte', 'short', 'int', 'long'].includes(other) ? undefined : 'ulong'
  }
  if (either('long')) return 'long'
  if (either('uint')) {
    const other = left === 'uint' ? right : left
    return ['sbyte', 'short', 'int'].includes(other) ? 'long' : 'uint'
  }
  return 'int'
}

/** Unary numeric promotion: small kinds become int. */
export function promoteOne(kind: NumericKind): NumericKind {
  return ['sbyte', 'byte', 'short', 'ushort', 'char'].includes(kind) ? 'int' : kind
}
