import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { mutated, randomNumbers } from '../testing/mutated.ts'
import { readCertificate } from './certificate-reader.ts'
import { nameText } from './distinguished-name.ts'

// one self-signed test certificate and its key, wrapped by OpenSSL with AES (PBES2) and, as older tools do, with RC2 and triple DES
const modern =
  'MIIG7AIBAzCCBqMGCSqGSIb3DQEHAaCCBpQEggaQMIIGjDCCA1EGCSqGSIb3DQEHBqCCA0IwggM+AgEAMIIDNwYJKoZIhvcNAQcBMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAhWIKK8a3jSCAIBCjAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQb0pgl+Y4SAc5eTc/8ny0rICCAtBA1dpD1lCWLzaa9ywpkuYFS7g8wzgxLkSrFcN3SYYKGjrxXfim/LjiL/+xc/S7DiZNIPEyUE0qDuTWfBZ3rbTRDGSeEGpmMOsAByhzXev0cuGXetmDd2GnViuvog8Lwtt2BjOdrnix/6DGKGWTf+fSTBlp8Q/rkoowIxM1ygwkp/bR5P2bBzoJnIfF6yxAvVFR6bkzhS15PucwQvRoyLd/PA51VThB1BnS82jxGtHHdcAQ2Fy2MuyS3wc5n3jKBoxojTQKftAy/v9YBrBYLRhpLo/ziUXnR9JCmIB1vjhAT9lF+uxX2ztx5YN4kJWE3dujM1vpNx3RTwmie1WhbCysGdr+DBpOzqYscSNEvxh9gMPWdmkpm5dk4J5uA8EF7HWklovhBbWx7amjNpWErluRHJ1M4tzfn6H6XQIJw3seHoKFsy1j75FMToXuXbygGxAaTqUEB7Al1Vd/toJvDnOo8t6R4JPPEHZ65696t5njJ4CHU4SCLCObUJyVWA5So6Q+9o55WEpKIJ5xJ3INs7lcQLvCYWl4Q5DCHbGUVeqQfXdVZlDzlNfvoHP4QpBUSbAlP6aHW6JTOjxlvsMMJfWPKG41cYBV4D7Fo1ndYU4oxWipZ2V4IBKp0zrE8GY0+oIFLghPliP0/A9g3zssviXzfXRO2WTs1k6/krubr/lKJ4x2VNija2GvJ96U1fo8hkegXmoF6pv+Pz3XspqUakiF/Qm3jh+yx16F2YjNrJyJ3H81NSykZuz5Zy9JStGXird5GFvUugkXdnx2/+SHb0anwbr/eo5NzP5/Y4JPsoRu+nmI7sdRdQOYKwWVicb98BiHJYfbws/tWn6tSuqSwB93VNw7TVEJqV71p0+k0TaZMznWiGehGfYeUxFCU3RuDFRIwW43/ViGCM/QKb5JAFl5rlIpsG4pgbhzIfSmHTe2AhCQaQXwJRnHgY7i5F5XR4gwggMzBgkqhkiG9w0BBwGgggMkBIIDIDCCAxwwggMYBgsqhkiG9w0BDAoBAqCCAuAwggLcMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAgYf2V9yTmwWgIBCjAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQq6FkpB6HGGa+nJehiAplHASCAoCRBIwrTSJqBm0+QuXk7Y1Dn0CqeUPSqEzW4QoOEKeYnUkB5921XCo4qgYFRyJLCvPwGjMAPI9XYEugjx3ROMB/FI/zsRG4pAj4w1zSFUWu5Hmk5131XosmCcy7jD5rzz9CLVbAUHYlCxbveYw211zPHWZFkrEkSSA1782l56eCPEQn7HmhqpsVLMvVHflr5t8I1cwrSCEB/nE6TNrWeeBdAxrTclBJtFpXSyplKGKVHOzPT1yMbCASObzDtbx2cwWBaLq1wETWuL29ubBUNMVAG2D4m08u0aQ9+FYs5yMr5xF1+lMXHUvJM2rgNXx6hUQ2RpOVAWV4fNLWePiulDAiLl/gqyJOrEGkbKLNjcQ4iAxhcBJQLwufvyruyQTiohsFHnvc34eoOlHW0CZd8EtlVuEH8B/jwUnh+qAE9P5U6EIjNy3OYNuAKb69kqi4CBZuu3aIJWdjT7E+JepreSEfe9GP4NPb4felIQ+oNGjK8PaPmYJt3nTX2bHq3hz9CaIyhmKumLPaO7wGYn4Cfui5cuun9b88EPdrUWoI5xnn/tFVDzSiUEeg3Npc0QM0ue90ONQ5iP5RHoAH1Z392iC2kkJeJPAvNmSQIzvqdkrVeOm3oRqV0T6GjtgX6Pyov2S6XpGjSXGPTK9FOKnjpmOPZDUqFoeeVlOEszLkjE5s3+qY6i7PYP3tXkXMnO5EA99sjs9J73AyDRvn8BUyB6Q6Vfoxi557XtnptzxorzJcPXcfB5nvKaY5fhdPnwE5NfQGeBX/CHIINHIWTRi9WU8IN0Nf0cEGo6WUM9xQbi9EM4LB8C6iHoPM/+3loGdWqbsXULYfxg3ut5rOSOhb25xEMSUwIwYJKoZIhvcNAQkVMRYEFCE7hVWVNN6AAPnNYouNzBe/1ucOMEAwMTANBglghkgBZQMEAgEFAAQgtWE/nAJxVKJ+5c//AR4NDuhdaFrAy5OzuYhwh1euem8ECK6AHy1fFzBSAgEK'
const old =
  'MIIGZgIBAzCCBi0GCSqGSIb3DQEHAaCCBh4EggYaMIIGFjCCAxYGCSqGSIb3DQEHBqCCAwcwggMDAgEAMIIC/AYJKoZIhvcNAQcBMBsGCiqGSIb3DQEMAQYwDQQITnIRknncg9sCAQqAggLQCSQAEPe5Y8MryGyY/jC10nkNsM6jnn+/EWmsHrjMVNuJYJahvlIUWnc8HNgccM/bmMlwXOLnlfb4NDifBMexzjwK1s4lk7G8KraaucqzybTh5kTcgnxXj3RfN1GnLVP/yjRRKsaUR/RugJMM1PZJ27dolrc00BooZS0LukP6bk1fq4vgRH2mb+QIym8smqYRQ5iSR3phVM/k0Y3s9PxJ4ZpUZvxeOdyxbp+LtaM3LtuwowIavYMobhLRQ8kg765tgEqvZvw7NgUv4zso02AoLZXGDbiOlirQJZzOtzHRmJa2/fI+VGIlArEyY1Awq+IFTUM5eeTjRCN6QtePaU/lqfvy66CewSfce0y4yBI4G/hGIQkXafF+fTQN1fgFOYqgG6gpXe/gsl5BOkQlsKlAb9kYdTJy4K0P/bpzqpX11FLWQPsDnpP2jq7zcQOdRsX860nTjZJlzRvSkUH2o3yL5Ylaf/ibiKhwJDk6/+9Lgf1t/FC5TxGkLN8qwnAnPM8WZ3+e2K1e5MVUEz/7B1QTt5JG/+X8HE4ULkCt9f8Co0FUw8LZWQ24w+Je8oQVrof2vRkBRuqhvEVJyhUS7lk654rVZDFEO/0D3oSF7bAUEkBAKzSjJUEw2wbnMrqwb5AkFR926uagsceSdDlHRI4D3myZh7DGT/SrYBD+ItiDIjPCVe1bUPT/fvWJiBEz8riVuKF/dJ1t69Y/Hvdg5/deciSUwRSy+NNYfuFpJSUJJlgzc6oTis1/YYvosSJiMGEt24g/eIlPTQK6pIPesUEy9T9cK9xcpiHUAa8nnGtdGPtsCNineVoOxwD65fye2YQr7UuOoeEUcuDuPyK989hcLu0BWgZwLe9yEVHxLkIAJz+DuXtT0hTpUA50eYQHD4CtBQadadl+jNYV5dcOrs6kgv6dlf7oJYSYUCunEWprM8BwMlJWxQv8PJW6U/CRN+ACMIIC+AYJKoZIhvcNAQcBoIIC6QSCAuUwggLhMIIC3QYLKoZIhvcNAQwKAQKgggKlMIICoTAbBgoqhkiG9w0BDAEDMA0ECDTNOiaY5+sMAgEKBIICgCA6F8Z/KTNJip3mK6UPkoT2BTMPM2hfSxhKG0AKTLZKqzXq+OXhUnPGcNQZ37bXAAuqR7uJ0xjO/eqYvz61EPTQuAXjYKnK6By6AXtpRbJ47EoD3YeVexZIAUWvbGOJktaNUANFgkkSNFnBV2I5SewgQliR2bDwKBXHMj2zrlOih5xdzREuHrVoqKCBnQcQqEwnSmBHwlYxfC1M8MGXMAktkSg/VShBwF1+880h3jKN3+JHTihKaZh+8gTdbCyz0wFPIBYWryP8CNav0WDS00jKLwS3TQHCbb8dYXIKHO5Jgb9zu+QKc38NkhtV4MIkouRREXkluSZ/kFfdukSzYjWDsZqfasgU+gygwpJuHjj+adq9blTFaeTl+9Y/E8ypWp+o943CynwKE7BIL0/KfTG9BOAHTxmeHaEN1Bb1Sx2gHEbJFMAlCUXKH+JSugXxP+12coa5DDNl49CAHBt4NkYl0dRdnLmjKUE2isfYk1/RwXt9xWJJCb6cBf5C5pTqj0A6qRhOsXUiDC8sA9d9Sl3uMoe3M9Pc7TxyZ4LrrPAM+IV6CHORbhOHQVQXfnIE+UVWs7xEYcv1meG58PolHL+YsWwLgR3h3q4tBI285XOnKfoFQFQkonhhSmHTYxWgFjREv7+P6Y7TAbp3R6iGBwiKvlxbWv3JYAmbwRetjQEikGgKAgJ0l/G4LJHPKbn6QTJqiCw3Yh/insaBbG495//YEBDuUDmOVJ4NCopZtEi8TQDPWCPW8thgPvPrAgqrj8281v1OwyA/bnh4zm/CFQ5FyUvfwJem/xZhwsX0BD6oRjFuIgU99kyY17H/lirCcgkHgx/9w8yXEhtY5AF1OPAxJTAjBgkqhkiG9w0BCRUxFgQUITuFVZU03oAA+c1ii43MF7/W5w4wMDAhMAkGBSsOAwIaBQAEFMETXtwysNx8qG3ETWpYF7Xj2DudBAjHx/Wxr55zcAIBCg=='

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

test('a PKCS #12 file gives its certificate with the private key, old protection and new', () => {
  startBudget(10_000_000)
  for (const file of [modern, old]) {
    const certificate = readCertificate(bytes(file), 'pw')
    assert.equal(nameText(certificate.subject), 'CN=api.contoso.example, O="Contoso, Ltd", C=DE')
    assert.equal(certificate.key?.asymmetricKeyType, 'rsa')
    assert.equal(Buffer.from(certificate.serial).toString('hex'), '1234')
    assert.equal(certificate.nameInfo(3, false), 'api.contoso.example')
  }
})

test('a wrong password is refused', () => {
  startBudget(10_000_000)
  for (const file of [modern, old]) {
    assert.throws(() => readCertificate(bytes(file), 'no'), { message: 'The specified network password is not correct.\r\n' })
  }
})

test('a certificate is read from DER and PEM alike, without a key', () => {
  startBudget(10_000_000)
  const { raw, node } = readCertificate(bytes(modern), 'pw')
  const fromPem = readCertificate(new Uint8Array(Buffer.from(node.toString())), null)
  assert.deepEqual(fromPem.raw, raw)
  assert.equal(fromPem.key, undefined)
})

test('a certificate that signed itself is not trusted', () => {
  startBudget(10_000_000)
  const certificate = readCertificate(bytes(modern), 'pw')
  assert.equal(certificate.isTrusted(certificate.notBefore + 1000), false)
})

test('bytes that are no certificate end in a CryptographicException, nothing else', () => {
  const random = randomNumbers(3)
  for (let i = 0; i < 400; i++) {
    startBudget(10_000_000)
    const text = mutated(
      bytes(i % 2 === 0 ? modern : old).reduce((all, byte) => all + String.fromCharCode(byte), ''),
      '\u0000\u0001\u0030\u0082\u00ff',
      random,
    )
    try {
      readCertificate(new Uint8Array(Buffer.from(text, 'latin1')), 'pw')
    } catch (error) {
      assert.ok(error instanceof NetException, String((error as Error).stack))
    }
  }
})
