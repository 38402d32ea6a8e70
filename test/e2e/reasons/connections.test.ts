import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { connectionCases, openProvider } from './connection-cases.ts'
import { directoryFile, directorySettings, directoryToken } from './directory.ts'
import { proveReasons } from './prove-reasons.ts'

const provider = await openProvider()
after(() => provider.close())
let objectId = ''
const manager =
  "  - { displayName: Manager, appId: 7f3d0000-0000-4000-8000-000000000004, identifierUris: ['https://azure-api.net/authorization-manager'] }\n"
const executable = fileURLToPath(new URL('../../../bin/gatehouse.ts', import.meta.url))

/** What a person does who runs the command and opens the page that it names. */
async function login(folder: string, name: string): Promise<void> {
  const words = ['connection', 'login', name, folder, '--redirect', 'http://localhost:0/back']
  const child = spawn(process.execPath, [executable, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const [url] = await once(createInterface({ input: child.stdout }), 'line')
  assert.match(await (await fetch(String(url))).text(), /^Done/)
  assert.equal((await closed)[0], 0)
}

proveReasons(
  'connections',
  connectionCases(provider.address, () => objectId, login),
  {
    files: {
      'gatehouse.yaml': directorySettings.replace(
        'listen: 127.0.0.1:0 }\n',
        'listen: 127.0.0.1:0, managedIdentity: Archive Service }\n',
      ),
      'directory.yaml': directoryFile().replace('applications:\n', `applications:\n${manager}`),
    },
    async beforeMending(stage) {
      const token = await directoryToken(stage, {
        client: 'Archive Service',
        scope: 'https://azure-api.net/authorization-manager/.default',
      })
      objectId = String(decodeJwt(token).oid)
    },
  },
)
