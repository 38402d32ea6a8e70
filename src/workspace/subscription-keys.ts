import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Catalog, Subscription } from '../catalog/catalog.ts'

/** The two keys of one subscription, as they are kept in `<state>/subscription-keys.json`. */
interface KeyPair {
  readonly primaryKey: string
  readonly secondaryKey: string
}

/** An export holds no subscription keys. Those made here are read back by every later load. Throws on a file that cannot be read. */
export async function readSubscriptionKeys(state: string): Promise<ReadonlyMap<string, KeyPair>> {
  const text = await readFile(keysFile(state), 'utf8').catch((fault: unknown) => {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return '{}'
    throw fault
  })
  const root: unknown = JSON.parse(text)
  const pairs = typeof root === 'object' && root !== null ? Object.entries(root) : []
  return new Map(pairs.filter((entry): entry is [string, KeyPair] => isKeyPair(entry[1])))
}

export function keysFile(state: string): string {
  return join(state, 'subscription-keys.json')
}

function isKeyPair(value: unknown): value is KeyPair {
  if (typeof value !== 'object' || value === null) return false
  const { primaryKey, secondaryKey } = value as Partial<Record<keyof KeyPair, unknown>>
  return typeof primaryKey === 'string' && primaryKey !== '' && typeof secondaryKey === 'string' && secondaryKey !== ''
}

export function withKeys(subscriptions: readonly Subscription[], keys: ReadonlyMap<string, KeyPair>): readonly Subscription[] {
  return subscriptions.map(subscription => {
    return needsKeys(subscription) ? { ...subscription, ...keys.get(subscription.name) } : subscription
  })
}

const needsKeys = (subscription: Subscription) => subscription.state === 'active' && subscription.primaryKey === undefined

/**
 * Gives every active subscription without keys a random pair, keeps them (readable by the owner alone) and answers the catalog with
 * them. Keys that were made before stay as they are.
 */
export async function ensureSubscriptionKeys(catalog: Catalog): Promise<Catalog> {
  const { state } = catalog.settings
  const missing = catalog.subscriptions.filter(needsKeys)
  if (missing.length === 0) return catalog
  const kept = new Map(await readSubscriptionKeys(state))
  const before = kept.size
  for (const { name } of missing) if (!kept.has(name)) kept.set(name, { primaryKey: randomKey(), secondaryKey: randomKey() })
  if (kept.size > before) await writeKeys(state, kept)
  return { ...catalog, subscriptions: withKeys(catalog.subscriptions, kept) }
}

/** As Azure's look: 32 hexadecimal digits. */
const randomKey = () => randomBytes(16).toString('hex')

/** Written beside and renamed, so that a reader never sees half a file. */
async function writeKeys(state: string, keys: ReadonlyMap<string, KeyPair>): Promise<void> {
  const file = keysFile(state)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(temporary, `${JSON.stringify(Object.fromEntries(keys), null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(temporary, file)
}
