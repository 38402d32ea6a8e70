import type { Catalog } from '../catalog/catalog.ts'
import { counted } from '../catalog/counted.ts'
import { isRefusal } from '../directory/entra-errors.ts'
import { issueDirectoryToken } from '../directory/issue-directory-token.ts'
import { audiencesAsked, operationAsks } from '../explain/doctor/token-asks.ts'
import { type CallerAccess, callerAccess, type TokenForApi } from '../explain/trials/caller-access.ts'
import { addressText } from './address-text.ts'
import { type Arguments, type Io, UsageError } from './command.ts'
import { directoryCallers, resourcesAmong } from './directory-callers.ts'
import { grantsInForce } from './grants-of.ts'
import { paintFor } from './paint.ts'
import { printableTexts } from './printable.ts'
import { standFor } from './stand-for.ts'

/** What one caller may do, operation by operation. */
export async function printCallerAccess(catalog: Catalog, args: Arguments, io: Io): Promise<number> {
  const who = args.text('as')
  const token = args.text('token')
  if (who !== undefined && token !== undefined) throw new UsageError('--as and --token both say who calls: give one of them')
  const tokenFor: TokenForApi = token === undefined ? tokensOf(catalog, who ?? '') : async () => ({ token: token.trim() })
  const { options, close } = standFor(catalog, { grants: await grantsInForce(catalog) })
  try {
    const table = await callerAccess(catalog, options, tokenFor, directoryCallers(catalog))
    if (args.flag('json')) io.stdout.write(`${JSON.stringify(table, null, 2)}\n`)
    else print(printableTexts(table), io)
    return 0
  } finally {
    await close()
  }
}

/** Tokens of a user or an application of the local directory, as the first client that gets one would have it. */
export function tokensOf(catalog: Catalog, who: string): TokenForApi {
  const tokenFor = tokensForAudiences(catalog, who)
  return async api => tokenFor(operationAsks({ ...catalog, apis: [api] }).flatMap(({ tokens }) => tokens.flatMap(audiencesAsked)))
}

/** The same for the first application that one of the audiences names. */
export function tokensForAudiences(catalog: Catalog, who: string): (audiences: readonly string[]) => ReturnType<TokenForApi> {
  const { directory, settings } = catalog
  if (directory === undefined)
    throw new UsageError('--as names somebody of the local directory, and this workspace has none: use --token')
  const user = directory.users.find(one => same(one.userPrincipalName, who))
  const application = directory.applications.find(one => same(one.appId, who) || same(one.displayName, who))
  if (user === undefined && application === undefined) throw new UsageError(`the directory has no user and no application ${who}`)
  return async audiences => {
    const resources = resourcesAmong(audiences, directory)
    let refused = 'no application of the directory is this API: no policy of it names an audience that one has'
    for (const resource of resources)
      for (const client of user === undefined ? [application?.appId ?? ''] : directory.applications.map(({ appId }) => appId)) {
        const identity = user === undefined ? {} : { user: user.userPrincipalName }
        const scope = `${resource}/.default`
        const issued = await issueDirectoryToken(directory, settings.state, { client, ...identity, scope, now: Date.now() })
        if (!isRefusal(issued)) return { token: issued.accessToken }
        refused = `${issued.code}: ${issued.message}`
      }
    return { refused }
  }
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

function print(table: readonly CallerAccess[], io: Io): void {
  const paint = paintFor(io.stdout, io.env)
  const width = (text: (row: CallerAccess) => string) => Math.min(60, Math.max(0, ...table.map(row => text(row).length)))
  const [methods, paths] = [width(({ method }) => method), width(addressText)]
  let api: string | undefined
  for (const row of table) {
    if (row.api !== api) io.stdout.write(`${api === undefined ? '' : '\n'}${paint.bold(row.api)}\n`)
    api = row.api
    const product = row.product === null ? '' : paint.dim(`  (product ${row.product})`)
    const reason = row.reason === 'no-token' ? 'no token' : row.reason
    const why = row.may ? '' : `  ${paint.red(reason)}${row.detail === '' ? '' : ` ${row.detail}`}`
    const sign = row.may ? paint.green('✓') : paint.red('✗')
    const line = `  ${sign} ${row.method.padEnd(methods)} ${addressText(row).padEnd(paths)}${why}${product}`
    io.stdout.write(`${line.trimEnd()}\n`)
  }
  const may = table.filter(row => row.may).length
  io.stderr.write(`${may} of ${counted(table.length, 'call')} ${may === 1 ? 'gets' : 'get'} through\n`)
}
