import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Body } from '../policies/context/body.ts'
import type { Headers } from '../policies/context/headers.ts'
import { UsageError } from './command.ts'

/** The body that `--data` gives, and in `headers` what curl would say of it: its length, and that it is a form unless they say otherwise. */
export function bodyFrom(data: string | undefined, headers: Headers, cwd: string): Body {
  if (data === undefined) return Body.empty()
  const bytes = data.startsWith('@') ? read(data.slice(1), cwd) : Buffer.from(data)
  if (!headers.has('content-type')) headers.append('Content-Type', 'application/x-www-form-urlencoded')
  const stated = headers.get('content-length')
  // what is no length is for the gateway's own parser to judge
  if (stated !== null && /^\d+$/.test(stated) && Number(stated) !== bytes.length)
    throw new UsageError(`--data has ${bytes.length} bytes, and a header Content-Length says otherwise: leave it out`)
  if (stated === null && !headers.has('transfer-encoding')) headers.append('Content-Length', String(bytes.length))
  return bytes.length === 0 ? Body.empty() : Body.of(bytes)
}

function read(file: string, cwd: string): Uint8Array {
  try {
    return readFileSync(resolve(cwd, file))
  } catch {
    throw new UsageError(`--data @${file} cannot be read`)
  }
}
