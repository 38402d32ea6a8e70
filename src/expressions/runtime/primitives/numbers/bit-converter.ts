import { spend } from '../../../types/budget.ts'
import { defineType } from '../../../types/define-type.ts'
import type { MemberTable } from '../../../types/type.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'

const scratch = new DataView(new ArrayBuffer(8))

/** The bytes of a value of `size`, written by `set`, least significant first as on every Azure machine. */
function bytesOf<T>(size: number, set: (view: DataView, value: T) => void): (value: T) => Uint8Array {
  return value => {
    set(scratch, value)
    return new Uint8Array(scratch.buffer.slice(0, size))
  }
}

function reader<T>(size: number, get: (view: DataView, at: number) => T): (bytes: Uint8Array | null, start: number) => T {
  return (bytes, start) => {
    const all = required(bytes, 'value')
    if (start < 0 || start >= all.length)
      return outOfRange('startIndex', 'Index was out of range. Must be non-negative and less than the size of the collection.')
    if (start > all.length - size)
      return badArgument(
        'Destination array is not long enough to copy all the items in the collection. Check array index and length.',
      )
    return get(new DataView(all.buffer, all.byteOffset, all.length), start)
  }
}

function hexText(bytes: Uint8Array | null, start: number, length?: number): string {
  const all = required(bytes, 'value')
  if (start < 0 || (start >= all.length && start > 0))
    return outOfRange('startIndex', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  const count = length ?? all.length - start
  if (count < 0) return outOfRange('length', 'Value must be positive.')
  if (start > all.length - count)
    return badArgument(
      'Destination array is not long enough to copy all the items in the collection. Check array index and length.',
    )
  spend(count >> 2)
  return Array.from(all.subarray(start, start + count), byte => byte.toString(16).toUpperCase().padStart(2, '0')).join('-')
}

const toBytes: MemberTable = {
  'static byte[] GetBytes(bool value)': (value: boolean) => Uint8Array.of(value ? 1 : 0),
  'static byte[] GetBytes(char value)': bytesOf<number>(2, (view, value) => view.setUint16(0, value, true)),
  'static byte[] GetBytes(short value)': bytesOf<number>(2, (view, value) => view.setInt16(0, value, true)),
  'static byte[] GetBytes(ushort value)': bytesOf<number>(2, (view, value) => view.setUint16(0, value, true)),
  'static byte[] GetBytes(int value)': bytesOf<number>(4, (view, value) => view.setInt32(0, value, true)),
  'static byte[] GetBytes(uint value)': bytesOf<number>(4, (view, value) => view.setUint32(0, value, true)),
  'static byte[] GetBytes(long value)': bytesOf<bigint>(8, (view, value) => view.setBigInt64(0, value, true)),
  'static byte[] GetBytes(ulong value)': bytesOf<bigint>(8, (view, value) => view.setBigUint64(0, value, true)),
  'static byte[] GetBytes(float value)': bytesOf<number>(4, (view, value) => view.setFloat32(0, value, true)),
  'static byte[] GetBytes(double value)': bytesOf<number>(8, (view, value) => view.setFloat64(0, value, true)),
}

const fromBytes: MemberTable = {
  'static bool ToBoolean(byte[] value, int startIndex)': reader(1, (view, at) => view.getUint8(at) !== 0),
  'static char ToChar(byte[] value, int startIndex)': reader(2, (view, at) => view.getUint16(at, true)),
  'static short ToInt16(byte[] value, int startIndex)': reader(2, (view, at) => view.getInt16(at, true)),
  'static ushort ToUInt16(byte[] value, int startIndex)': reader(2, (view, at) => view.getUint16(at, true)),
  'static int ToInt32(byte[] value, int startIndex)': reader(4, (view, at) => view.getInt32(at, true)),
  'static uint ToUInt32(byte[] value, int startIndex)': reader(4, (view, at) => view.getUint32(at, true)),
  'static long ToInt64(byte[] value, int startIndex)': reader(8, (view, at) => view.getBigInt64(at, true)),
  'static ulong ToUInt64(byte[] value, int startIndex)': reader(8, (view, at) => view.getBigUint64(at, true)),
  'static float ToSingle(byte[] value, int startIndex)': reader(4, (view, at) => view.getFloat32(at, true)),
  'static double ToDouble(byte[] value, int startIndex)': reader(8, (view, at) => view.getFloat64(at, true)),
}

export const bitConverterType = defineType('static class System.BitConverter', {
  ...toBytes,
  ...fromBytes,
  'static readonly bool IsLittleEndian { get; }': () => true,
  'static long DoubleToInt64Bits(double value)': (value: number) => {
    scratch.setFloat64(0, value)
    return scratch.getBigInt64(0)
  },
  'static double Int64BitsToDouble(long value)': (value: bigint) => {
    scratch.setBigInt64(0, value)
    return scratch.getFloat64(0)
  },
  'static int SingleToInt32Bits(float value)': (value: number) => {
    scratch.setFloat32(0, value)
    return scratch.getInt32(0)
  },
  'static float Int32BitsToSingle(int value)': (value: number) => {
    scratch.setInt32(0, value)
    return scratch.getFloat32(0)
  },
  'static string ToString(byte[] value)': (value: Uint8Array | null) => hexText(value, 0),
  'static string ToString(byte[] value, int startIndex)': (value: Uint8Array | null, start: number) => hexText(value, start),
  'static string ToString(byte[] value, int startIndex, int length)': hexText,
})
