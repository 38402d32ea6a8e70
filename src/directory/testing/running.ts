import { cpSync } from 'node:fs'
import { Agent, buildConnector, request } from 'undici'
import type { DirectoryDocument } from '../../catalog/directory.ts'
import { openAuthority } from '../certificates/authority.ts'
import { type DirectoryOptions, type RunningDirectory, startDirectory } from '../start-directory.ts'
import { openSigningKeys } from '../tokens/signing-keys.ts'
import { gazette, stateFolder, tenantId } from './gazette.ts'

/** A directory on a free port, and a client that trusts its authority. */
export interface Running extends AsyncDisposable {
  readonly directory: RunningDirectory
  readonly origin: string
  readonly clock: { ahead: number }
  get(path: string, headers?: Record<string, string>): Promise<Got>
  post(path: string, form: Record<string, string> | string, headers?: Record<string, string>): Promise<Got>
  send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, headers: Record<string, string>, body?: string): Promise<Got>
  token(form: Record<string, string> | string, headers?: Record<string, string>): Promise<Got>
}

export interface Got {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  /** The body as JSON; an empty object when it is none. */
  readonly json: Record<string, unknown>
}

export const lifetimes = { codeLifetime: 600, deviceCodeLifetime: 900, devicePollInterval: 5, accessTokenLifetime: 3600 }

/** A state folder with keys in it: making them takes most of a directory's start, and a test that needs keys of its own says so with `stateFolder()`. */
function folderWithKeys(): string {
  template ??= stateWithKeys()
  const folder = stateFolder()
  cpSync(template, folder, { recursive: true })
  return folder
}

let template: string | undefined

function stateWithKeys(): string {
  const folder = stateFolder()
  openAuthority(folder, Date.now())
  openSigningKeys(folder, Date.now())
  return folder
}

export async function runDirectory(
  document: DirectoryDocument = gazette,
  more: Partial<DirectoryOptions['settings']> = {},
  state = folderWithKeys(),
): Promise<Running> {
  const clock = { ahead: 0 }
  const directory = await startDirectory({
    document,
    listen: { host: '127.0.0.1', port: 0 },
    state,
    expose: false,
    settings: { ...lifetimes, ...more },
    now: () => Date.now() + clock.ahead,
  })
  // undici takes the server's name from a Host field that a test sets; the certificate is asked for localhost all the same
  const connect = buildConnector({ ca: directory.caPem })
  const agent = new Agent({ connect: (asked, done) => connect({ ...asked, servername: 'localhost' }, done) })
  const origin = `https://localhost:${directory.address.port}`
  const send = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Got> => {
    const answer = await request(new URL(path, origin), { method, headers, dispatcher: agent, body: body ?? null })
    const text = await answer.body.text()
    const isJson = String(answer.headers['content-type']).startsWith('application/json')
    return { status: answer.statusCode, headers: answer.headers, text, json: isJson ? JSON.parse(text) : {} }
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const post: Running['post'] = (path, fields, headers = {}) =>
    send('POST', path, { ...form, ...headers }, new URLSearchParams(fields).toString())
  return {
    directory,
    origin,
    clock,
    send,
    get: (path, headers = {}) => send('GET', path, headers),
    post,
    token: (fields, headers) => post(`/${tenantId}/oauth2/v2.0/token`, fields, headers),
    async [Symbol.asyncDispose]() {
      await Promise.all([agent.close(), directory.close()])
    },
  }
}
