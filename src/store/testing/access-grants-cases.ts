import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approve, type Grant, revoke } from '../../access/grant.ts'
import type { AccessGrants } from '../access-grants.ts'

/** Opens the same place again and again, as several processes do; `max`: grants that are kept. */
export type OpenGrants = (place: string, max?: number) => Promise<AccessGrants>

const rita = { objectId: 'rita', name: 'rita@contoso.example' }
const ada = { objectId: 'ada', name: 'ada@contoso.example' }
const paul = { objectId: 'paul', name: 'paul@contoso.example' }
const minute = 60_000
const settings = { maxDuration: minute }

export function requested(id: string, more: Partial<Grant> = {}): Grant {
  return {
    id,
    holder: rita,
    role: 'writers',
    scope: { kind: 'api', name: 'orders' },
    reason: 'the “night”\u0000 shift',
    requestedAt: Date.now(),
    duration: minute,
    state: 'requested',
    ...more,
  }
}

/** What every place for grants has to do. */
export function testAccessGrants(open: OpenGrants): void {
  test('what one writes, another reads, in the order it was asked for', async () => {
    const [one, other] = [await open('order'), await open('order')]
    const grants = ['c', 'a', 'b'].map(id => requested(id))
    for (const grant of grants) assert.equal(await one.add(grant), true)
    assert.deepEqual(await other.all(), grants)
    const approved = await other.change('a', grant => approve(grant, ada, 1_000_000 + grant.requestedAt, settings))
    assert.ok(typeof approved === 'object')
    assert.deepEqual(await one.all(), [grants[0], approved, grants[2]])
    await Promise.all([one.close(), other.close()])
  })

  test('of two who decide at once the second sees what the first did', async () => {
    const [one, other] = [await open('at once'), await open('at once')]
    const now = Date.now()
    for (let i = 0; i < 20; i++) {
      await one.add(requested(`both ${i}`))
      const both = await Promise.all([
        one.change(`both ${i}`, grant => approve(grant, ada, now, settings)),
        other.change(`both ${i}`, grant => approve(grant, paul, now, settings)),
      ])
      assert.equal(both.filter(result => result === 'not-requested').length, 1)
      const kept = (await one.all()).at(-1)
      assert.deepEqual(
        both.find(result => typeof result === 'object'),
        kept,
      )
    }
    await Promise.all([one.close(), other.close()])
  })

  test('a grant that is revoked while it is approved ends revoked, whoever comes first', async () => {
    const [one, other] = [await open('against'), await open('against')]
    const now = Date.now()
    for (let i = 0; i < 20; i++) {
      await one.add(requested(`against ${i}`))
      const [approved, revoked] = await Promise.all([
        one.change(`against ${i}`, grant => approve(grant, ada, now, settings)),
        other.change(`against ${i}`, grant => revoke(grant, rita, now)),
      ])
      assert.ok(typeof revoked === 'object')
      assert.ok(typeof approved === 'object' || approved === 'not-requested')
      assert.equal((await one.all()).at(-1)?.state, 'revoked')
    }
    await Promise.all([one.close(), other.close()])
  })

  test('a refusal changes nothing, and there is nothing to change by an unknown id', async () => {
    const grants = await open('refusals')
    const grant = requested('own')
    await grants.add(grant)
    assert.equal(await grants.change('own', one => approve(one, rita, Date.now(), settings)), 'own-request')
    assert.equal(await grants.change('other', one => one), undefined)
    assert.deepEqual(await grants.all(), [grant])
    await assert.rejects(
      grants.change('own', () => {
        throw new TypeError('a fault of ours')
      }),
      TypeError,
    )
    assert.deepEqual(await grants.all(), [grant])
    await grants.close()
  })

  test('no more are kept than the bound, whoever adds at once; what is over makes room', async () => {
    const [one, other] = [await open('bound', 10), await open('bound', 10)]
    const long = 8 * 86_400_000
    await one.add(requested('expired', { requestedAt: Date.now() - long }))
    await one.add(requested('ended', { state: 'approved', until: Date.now() - 1 }))
    await one.add(requested('denied', { state: 'denied' }))
    const added = await Promise.all(Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? one : other).add(requested(`${i}`))))
    assert.equal(added.filter(done => done).length, 10)
    const left = await other.all()
    assert.equal(left.length, 10)
    assert.ok(left.every(({ id }) => /^\d+$/.test(id)))
    assert.equal(await one.add(requested('one more')), false)
    await Promise.all([one.close(), other.close()])
  })
}
