import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { randomNumbers } from '../testing/mutated.ts'
import { NetSymmetric, paddingMode } from './symmetric.ts'

function aes(padding: number = paddingMode.PKCS7): NetSymmetric {
  const made = new NetSymmetric('AesManaged', 'aes')
  made.key = new Uint8Array(16).fill(1)
  made.iv = new Uint8Array(16).fill(2)
  made.setPadding(padding)
  return made
}

test('what is encrypted in pieces decrypts in pieces', () => {
  startBudget(1_000_000)
  const data = Uint8Array.from({ length: 40 }, (_, i) => i)
  const whole = aes().transform(true).transformFinalBlock(data, 0, 40)
  const encryptor = aes().transform(true)
  const out = new Uint8Array(48)
  const written = encryptor.transformBlock(data, 0, 32, out, 0)
  out.set(encryptor.transformFinalBlock(data, 32, 8), written)
  assert.deepEqual(out, whole)
  const decryptor = aes().transform(false)
  const back = new Uint8Array(48)
  // the last block is held back, since the padding may stand in it
  assert.equal(decryptor.transformBlock(whole, 0, 32, back, 0), 16)
  assert.deepEqual(decryptor.transformFinalBlock(whole, 32, 16), data.subarray(16))
})

test('damaged ciphertext ends in a CryptographicException', () => {
  startBudget(1_000_000)
  const random = randomNumbers(9)
  let refused = 0
  for (let i = 0; i < 200; i++) {
    const bytes = Uint8Array.from({ length: random(50) }, () => random(256))
    try {
      aes().transform(false).transformFinalBlock(bytes, 0, bytes.length)
    } catch (error) {
      assert.ok(error instanceof NetException)
      assert.equal(error.fullName, 'System.Security.Cryptography.CryptographicException')
      refused++
    }
  }
  assert.ok(refused > 150)
})

test('DES is triple DES with one key thrice', () => {
  startBudget(1_000_000)
  const des = new NetSymmetric('DESCryptoServiceProvider', 'des')
  const encrypted = des
    .transform(true, new Uint8Array(Buffer.from('01234567')), new Uint8Array(8))
    .transformFinalBlock(new Uint8Array(8), 0, 8)
  assert.equal(encrypted.length, 16)
  assert.deepEqual(
    des.transform(false, new Uint8Array(Buffer.from('01234567')), new Uint8Array(8)).transformFinalBlock(encrypted, 0, 16),
    new Uint8Array(8),
  )
})
