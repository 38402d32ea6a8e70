import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ScramFault, scramFinal, scramFirst } from './scram.ts'

/** The exchange of RFC 7677 §3. */
const credentials = { hash: 'sha256', username: 'user', password: 'pencil', nonce: 'rOprNGfwEbeRWgbNEkqO' } as const
const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
const challenge = `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`

test('SCRAM proves what RFC 7677 shows, and asks the server for its proof', async () => {
  assert.equal(scramFirst(credentials), 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO')
  const final = await scramFinal(credentials, challenge)
  assert.equal(final.message, `c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`)
  final.verify('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
  for (const forged of ['v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=', 'v=', 'e=other-error', ''])
    assert.throws(() => final.verify(forged), ScramFault, forged)
})

test('a user’s name with a comma or an equals sign is escaped', () => {
  assert.equal(scramFirst({ ...credentials, username: 'a,b=c,d' }), 'n,,n=a=2Cb=3Dc=2Cd,r=rOprNGfwEbeRWgbNEkqO')
})

test('a challenge that is not in order, too cheap or too dear is not answered', async () => {
  for (const bad of [
    '',
    'r=ab',
    challenge.replace('rOpr', 'rXpr'),
    `r=${credentials.nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`,
    challenge.replace(/s=[^,]+/, 's='),
    challenge.replace('4096', '4095'),
    challenge.replace('4096', '999999999'),
    challenge.replace('4096', 'many'),
  ])
    await assert.rejects(scramFinal(credentials, bad), ScramFault, bad)
})
