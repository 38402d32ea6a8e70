import { ensureDebugKey } from '../gateway/tracing/debug-key.ts'
import { longestDebugToken, makeDebugToken } from '../gateway/tracing/debug-token.ts'
import { tracesPath } from '../gateway/tracing/request-tracing.ts'
import { loadWorkspace } from '../workspace/load-workspace.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const traceCommand: Command = {
  name: 'trace',
  summary: 'make a debug token for an API; fetch the trace of a call that brought one',
  usage: ['trace token [WORKSPACE] --api NAME [--lifetime SECONDS] [--json]', 'trace show ID [--gateway URL] [WORKSPACE]'],
  details: `
A call to that API with the token in the header Apim-Debug-Authorization is traced: each policy with its scope, what it compared and changed,
and its time. The answer names the trace in Apim-Trace-Id; "show" prints it as JSON. Traces are kept for an hour, and hold no secrets.
A subscription with allowTracing traces without a token: send Ocp-Apim-Trace: true, the answer says where in Ocp-Apim-Trace-Location.
Example: curl -H "Apim-Debug-Authorization: $(gatehouse trace token --api orders)" http://127.0.0.1:8080/orders/1`,
  options: {
    api: { type: 'string', value: 'NAME', help: 'the API that may be traced' },
    lifetime: {
      type: 'string',
      value: 'SECONDS',
      help: `how long the token is good for (default and most: ${longestDebugToken})`,
    },
    gateway: { type: 'string', value: 'URL', help: "where the gateway is (default: the workspace's gateway.listen)" },
    json: { type: 'boolean', help: 'print {token, expires} as JSON' },
  },
  positionals: { min: 1, max: 3 },
  async run(args, io) {
    const [what] = args.positionals
    if (what === 'token') return makeToken(args, io)
    if (what === 'show') return show(args, io)
    throw new UsageError('it is "trace token" or "trace show"')
  },
}

async function makeToken(args: Arguments, io: Io): Promise<number> {
  const name = args.text('api')
  if (name === undefined) throw new UsageError('--api is needed: a debug token is for one API')
  const { catalog } = await loadWorkspace({ folder: workspaceFolder(args.positionals[1], io), env: io.env })
  const api = catalog.apis.find(one => one.name.toLowerCase() === name.toLowerCase())
  if (api === undefined) {
    io.stderr.write(`there is no API '${name}'; there are ${catalog.apis.map(one => one.name).join(', ') || 'none'}\n`)
    return 1
  }
  const expires = Date.now() + lifetimeFrom(args.text('lifetime')) * 1000
  const grant = { api: api.name.split(';')[0] ?? api.name, expires }
  const token = makeDebugToken(await ensureDebugKey(catalog.settings.state), grant)
  io.stdout.write(args.flag('json') ? `${JSON.stringify({ token, expires: new Date(expires).toISOString() })}\n` : `${token}\n`)
  return 0
}

function lifetimeFrom(text: string | undefined): number {
  if (text === undefined) return longestDebugToken
  const seconds = Number(text)
  if (!/^\d{1,5}$/.test(text) || seconds < 1 || seconds > longestDebugToken)
    throw new UsageError(`--lifetime is a whole number of seconds from 1 to ${longestDebugToken}`)
  return seconds
}

async function show(args: Arguments, io: Io): Promise<number> {
  const [, id, workspace] = args.positionals
  if (id === undefined || !/^[\w-]+$/.test(id)) throw new UsageError('the id is what Apim-Trace-Id said')
  const gateway = args.text('gateway') ?? (await gatewayOf(workspace, io))
  const answer = await fetch(new URL(tracesPath + id, gateway)).catch((error: unknown) => {
    throw new UsageError(`${gateway} cannot be reached: ${error instanceof Error ? error.message : String(error)}`)
  })
  if (answer.status !== 200) {
    io.stderr.write('the gateway has no such trace: it is over an hour old, or the gateway began anew\n')
    return 1
  }
  io.stdout.write(`${JSON.stringify(await answer.json(), null, 2)}\n`)
  return 0
}

async function gatewayOf(workspace: string | undefined, io: Io): Promise<string> {
  const { catalog } = await loadWorkspace({ folder: workspaceFolder(workspace, io), env: io.env })
  const { host, port } = catalog.settings.gateway.listen
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
