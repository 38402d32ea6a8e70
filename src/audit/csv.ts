import type { DecisionRecord } from './record.ts'

const columns: readonly (readonly [name: string, of: (record: DecisionRecord) => string | number | undefined])[] = [
  ['time', ({ time }) => time],
  ['requestId', ({ requestId }) => requestId],
  ['method', ({ method }) => method],
  ['path', ({ path }) => path],
  ['ipAddress', ({ ipAddress }) => ipAddress],
  ['api', ({ api }) => api],
  ['operation', ({ operation }) => operation],
  ['product', ({ product }) => product],
  ['subscription', ({ subscription }) => subscription],
  ['caller', ({ caller }) => vouched(caller, caller?.userPrincipalName ?? caller?.objectId)],
  ['application', ({ caller }) => vouched(caller, caller?.clientApplication)],
  ['roles', ({ caller }) => caller?.roles?.join(' ')],
  ['decision', ({ decision }) => decision],
  ['reason', ({ reason }) => reason],
  ['status', ({ status }) => status],
  ['policy', ({ policy }) => policy?.name],
  ['file', ({ policy }) => policy?.file],
  ['line', ({ policy }) => policy?.line],
  ['expected', ({ expected }) => expected?.join('; ')],
  ['received', ({ received }) => received?.join('; ')],
  ['totalMilliseconds', ({ duration }) => duration.total],
  ['backendMilliseconds', ({ duration }) => duration.backend],
  ['bytesReceived', ({ bytes }) => bytes.received],
  ['bytesSent', ({ bytes }) => bytes.sent],
  ['grantedRoles', ({ caller }) => caller?.grantedRoles?.join(' ')],
]

/** What a token says that nobody vouches for is marked. */
function vouched(caller: DecisionRecord['caller'], text: string | undefined): string | undefined {
  return text === undefined || caller?.unverified === undefined ? text : `${text} (not verified)`
}

export const csvHeader = `${columns.map(([name]) => name).join(',')}\r\n`

/** A line of CSV (RFC 4180). What a spreadsheet would run as a formula has an apostrophe before it: paths are the callers' own. */
export function csvLine(record: DecisionRecord): string {
  return `${columns.map(([, of]) => field(of(record))).join(',')}\r\n`
}

function field(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = value.replace(beforeFormula, "$&'")
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Where `;` or a tab ends a cell, which is so in many countries, quotes that stand behind a comma hold nothing together: a cell may begin in the midst of a text. Blanks
 * and quotes before a formula do not keep it from being run.
 */
const beforeFormula = /(?:^|[;\t\r\n])(?:[^\S\t\r\n]|")*(?=[=+\-@])/g
