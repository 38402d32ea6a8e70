import { defineType } from '../../../types/define-type.ts'
import { lookupType } from '../../../types/registry.ts'
import { netType, type Value } from '../../../types/values.ts'

/** What an integer too large for Int64 is read as. Only what JSON needs of it exists. */
export class BigInteger {
  readonly value: bigint

  constructor(value: bigint) {
    this.value = value
  }

  get [netType]() {
    return lookupType('System.Numerics.BigInteger')
  }

  valueOf(): bigint {
    return this.value
  }

  netToString(): string {
    return String(this.value)
  }

  netEquals(other: Value): boolean {
    return other instanceof BigInteger && other.value === this.value
  }

  netHashCode(): number {
    return Number(BigInt.asIntN(32, this.value))
  }

  netCompare(other: Value): number {
    const value = other instanceof BigInteger ? other.value : 0n
    return this.value < value ? -1 : this.value > value ? 1 : 0
  }
}

export const bigIntegerType = defineType(
  'struct System.Numerics.BigInteger : IComparable',
  {
    'override string ToString()': (self: BigInteger) => String(self.value),
    'static bool operator ==(BigInteger a, BigInteger b)': (a: BigInteger, b: BigInteger) => a.value === b.value,
    'static bool operator !=(BigInteger a, BigInteger b)': (a: BigInteger, b: BigInteger) => a.value !== b.value,
  },
  { default: () => new BigInteger(0n) },
)
