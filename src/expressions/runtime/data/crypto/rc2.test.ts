import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decryptRc2 } from './rc2.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

test('the vectors of RFC 2268 decrypt', () => {
  const vectors: readonly [string, number, string, string][] = [
    ['0000000000000000', 63, '0000000000000000', 'ebb773f993278eff'],
    ['ffffffffffffffff', 64, 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', 64, '1000000000000001', '30649edf9be7d2c2'],
    ['88', 64, '0000000000000000', '61a8a244adacccf0'],
    ['88bca90e90875a', 64, '0000000000000000', '6ccf4308974c267f'],
    ['88bca90e90875a7f0f79c384627bafb2', 128, '0000000000000000', '2269552ab0f85ca6'],
  ]
  for (const [key, bits, plain, cipher] of vectors) {
    assert.equal(Buffer.from(decryptRc2(hex(key), bits, new Uint8Array(8), hex(cipher))).toString('hex'), plain)
  }
})
