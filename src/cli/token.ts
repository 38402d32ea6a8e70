import { isRefusal } from '../directory/entra-errors.ts'
import { issueDirectoryToken } from '../directory/issue-directory-token.ts'
import { loadWorkspace } from '../workspace/load-workspace.ts'
import { type Command, UsageError } from './command.ts'
import { printDiagnostics } from './print-diagnostics.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const tokenCommand: Command = {
  name: 'token',
  summary: "print an access token of the workspace's local directory",
  usage: ['token [WORKSPACE] --client APP [--user UPN] --scope SCOPE'],
  details: `
With --user it is a token for that user, as after signing in with the client application; without, a token for the application itself.
What the directory does not grant is refused as Entra would, with the AADSTS code and the mend. No server needs to run.
Example: gatehouse token --client "Gazette CLI" --user rita@gazette.onmicrosoft.com --scope api://articles/.default`,
  options: {
    client: { type: 'string', value: 'APP', help: 'appId or displayName of the client application' },
    user: { type: 'string', value: 'UPN', help: 'userPrincipalName of the user to sign in' },
    scope: {
      type: 'string',
      value: 'SCOPE',
      help: 'what the token is for: api://orders/.default, or api://orders/access_as_user',
    },
    lifetime: {
      type: 'string',
      value: 'SECONDS',
      help: "how long it is good for (default: the workspace's accessTokenLifetime)",
    },
    json: { type: 'boolean', help: 'print {accessToken, expiresIn} as JSON' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const [client, scope, user] = [args.text('client'), args.text('scope'), args.text('user')]
    if (client === undefined || scope === undefined)
      throw new UsageError('--client and --scope are needed; "gatehouse token --help" has an example')
    const folder = workspaceFolder(args.positionals[0], io)
    const { catalog, diagnostics } = await loadWorkspace({ folder, env: io.env })
    if (catalog.directory === undefined) {
      printDiagnostics(
        diagnostics.filter(({ file }) => /gatehouse\.yaml$|directory/.test(file)),
        io.stderr,
        io.env,
      )
      io.stderr.write(
        `${folder} has no local directory: set identity.directory in gatehouse.yaml, or get tokens from Entra (az account get-access-token)\n`,
      )
      return 1
    }
    const { settings } = catalog
    const lifetime = lifetimeFrom(args.text('lifetime')) ?? settings.identity.accessTokenLifetime
    const issued = await issueDirectoryToken(catalog.directory, settings.state, {
      client,
      scope,
      now: Date.now(),
      lifetime,
      ...(user === undefined ? {} : { user }),
    })
    if (isRefusal(issued)) {
      io.stderr.write(`${issued.code}: ${issued.message}\nmend: ${issued.mend}\n`)
      return 1
    }
    const { accessToken, expiresIn } = issued
    io.stdout.write(args.flag('json') ? `${JSON.stringify({ accessToken, expiresIn })}\n` : `${accessToken}\n`)
    return 0
  },
}

function lifetimeFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,7}$/.test(text) || Number(text) < 1) throw new UsageError('--lifetime is a whole number of seconds')
  return Number(text)
}
