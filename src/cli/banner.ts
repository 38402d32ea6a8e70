import { relative } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import { counted } from '../catalog/counted.ts'
import type { RunningDirectory } from '../directory/start-directory.ts'
import type { Gateway } from '../gateway/supervisor/start-gateway.ts'
import type { Io } from './command.ts'
import type { DemoBackend } from './demo-backend.ts'
import { type Paint, paintFor } from './paint.ts'
import { printable, printableTexts } from './printable.ts'

export interface BannerParts {
  readonly catalog: Catalog
  readonly gateway: Gateway
  readonly directory: RunningDirectory | undefined
  readonly backend: DemoBackend | undefined
  readonly io: Io
}

/** What runs where, and what to type next. */
export function banner({ catalog, gateway, directory, backend, io }: BannerParts): string {
  const paint = paintFor(io.stdout, io.env)
  const url = `${gateway.scheme}://${gateway.address.host}:${gateway.address.port}`
  const lines = [paint.bold(`Gatehouse serves ${shown(catalog.settings.folder, io)}`), '']
  const row = (name: string, text: string) => lines.push(`  ${name.padEnd(11)}${text}`)
  row('gateway', `${paint.cyan(url)}  (${counted(gateway.workers, 'thread')})`)
  for (const api of catalog.apis.filter(api => api.notServed === undefined))
    row(
      '',
      `/${api.path}${api.isCurrent ? '' : `;rev=${api.revision}`}  ${paint.dim(`${printable(api.displayName)}, ${counted(api.operations.length, 'operation')}${api.fault === undefined ? '' : `, 503: ${api.fault}`}`)}`,
    )
  for (const { api, reason } of printableTexts(catalog.notServed)) row('', paint.yellow(`${api} is not served: ${reason}`))
  row('identity', identityText(catalog, directory, paint))
  if (directory !== undefined) row('', paint.dim(`its CA: ${shown(directory.caFile, io)} (NODE_EXTRA_CA_CERTS)`))
  if (backend !== undefined) row('backend', backend.line)
  if (gateway.metrics !== undefined) row('metrics', `http://${gateway.metrics.host}:${gateway.metrics.port}/metrics`)
  row('audit', `${shown(catalog.settings.state, io)}/audit`)
  if (backend !== undefined) lines.push('', ...nextSteps(url, paint))
  return `${lines.join('\n')}\n\n`
}

function identityText({ directory: document, settings }: Catalog, directory: RunningDirectory | undefined, paint: Paint): string {
  if (document === undefined || directory === undefined)
    return settings.identity.tenant === undefined
      ? 'as the policies name their providers'
      : `Microsoft Entra ID, tenant ${settings.identity.tenant}`
  const address = `https://localhost:${directory.address.port}`
  return `${paint.cyan(address)}  local directory of ${printable(document.tenant.displayName)}: ${paint.yellow('a development stand-in for Entra')}`
}

/** The demo's commands, to be copied as they stand. */
function nextSteps(url: string, paint: Paint): string[] {
  const command = (text: string) => `  ${paint.cyan(text)}`
  return [
    paint.bold('Try it in another terminal:'),
    '',
    '  a token as a reader',
    command(
      'TOKEN=$(npx gatehouse token --client "Gazette CLI" --user rita@gazette.onmicrosoft.com --scope api://articles/.default)',
    ),
    '  a call that succeeds',
    command(`curl -i -H "Authorization: Bearer $TOKEN" ${url}/articles/`),
    '  a call that is refused: readers may not publish',
    command(`curl -i -H "Authorization: Bearer $TOKEN" -d '{"title":"Breaking"}' ${url}/articles/`),
    '  why it was refused',
    command('npx gatehouse audit query --last 1'),
  ]
}

function shown(path: string, { cwd }: Io): string {
  const near = relative(cwd, path)
  return near === '' ? '.' : near.startsWith('..') ? path : near
}
