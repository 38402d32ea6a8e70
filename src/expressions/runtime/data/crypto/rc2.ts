/** RC2 decryption in CBC mode (RFC 2268): old PKCS #12 files wrap their certificates with it, and OpenSSL no longer offers it. */
export function decryptRc2(key: Uint8Array, effectiveBits: number, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const words = expandKey(key, effectiveBits)
  const out = new Uint8Array(data.length)
  let previous = iv
  for (let at = 0; at + 8 <= data.length; at += 8) {
    const block = data.subarray(at, at + 8)
    const plain = decryptBlock(words, block)
    for (let i = 0; i < 8; i++) out[at + i] = (plain[i] ?? 0) ^ (previous[i] ?? 0)
    previous = block
  }
  return out
}

const piTable = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
)

/** Section 2. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const bytes = new Uint8Array(128)
  bytes.set(key)
  const at = (i: number) => bytes[i] ?? 0
  const pi = (i: number) => piTable[i & 255] ?? 0
  for (let i = key.length; i < 128; i++) bytes[i] = pi(at(i - 1) + at(i - key.length))
  const count = (effectiveBits + 7) >> 3
  const mask = 255 >> (8 * count - effectiveBits)
  bytes[128 - count] = pi(at(128 - count) & mask)
  for (let i = 127 - count; i >= 0; i--) bytes[i] = pi(at(i + 1) ^ at(i + count))
  const words = new Uint16Array(64)
  for (let i = 0; i < 64; i++) words[i] = at(2 * i) | (at(2 * i + 1) << 8)
  return words
}

const rotations = [1, 2, 3, 5]

/** Section 4. */
function decryptBlock(words: Uint16Array, block: Uint8Array): Uint8Array {
  const r = new Uint16Array(4)
  for (let i = 0; i < 4; i++) r[i] = (block[2 * i] ?? 0) | ((block[2 * i + 1] ?? 0) << 8)
  const at = (i: number) => r[i & 3] ?? 0
  let j = 63
  const unmix = () => {
    for (let i = 3; i >= 0; i--) {
      const by = rotations[i] ?? 0
      const turned = ((at(i) >> by) | (at(i) << (16 - by))) & 0xffff
      r[i] = turned - (words[j--] ?? 0) - (at(i + 3) & at(i + 2)) - (~at(i + 3) & at(i + 1))
    }
  }
  const unmash = () => {
    for (let i = 3; i >= 0; i--) r[i] = at(i) - (words[at(i + 3) & 63] ?? 0)
  }
  for (let round = 0; round < 16; round++) {
    if (round === 5 || round === 11) unmash()
    unmix()
  }
  const out = new Uint8Array(8)
  for (let i = 0; i < 4; i++) {
    out[2 * i] = at(i) & 255
    out[2 * i + 1] = at(i) >> 8
  }
  return out
}
