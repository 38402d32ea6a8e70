import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const keyFile = (state: string) => join(state, 'debug-key')
const keyBytes = 32

/** The key of a workspace's debug tokens, from `<state>/debug-key`; undefined as long as nobody has made a token. */
export function readDebugKey(state: string): Uint8Array | undefined {
  try {
    const key = Buffer.from(readFileSync(keyFile(state), 'utf8').trim(), 'base64')
    return key.length === keyBytes ? key : undefined
  } catch {
    return undefined
  }
}

/** Reads the key, or makes it: readable by its owner alone. */
export async function ensureDebugKey(state: string): Promise<Uint8Array> {
  const known = readDebugKey(state)
  if (known !== undefined) return known
  await mkdir(state, { recursive: true, mode: 0o700 })
  try {
    await writeFile(keyFile(state), `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // another process may have made it in between
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const made = readDebugKey(state)
  if (made === undefined) throw new Error(`${keyFile(state)} holds no key of ${keyBytes} bytes: delete it to have a new one made`)
  return made
}
