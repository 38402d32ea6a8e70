import { isIP } from 'node:net'
import type { Report } from '../../workspace/report.ts'
import { type Fields, fieldsOf } from '../../workspace/text/fields.ts'
import { readYaml } from '../../workspace/text/read-yaml.ts'
import { memberOf } from '../../workspace/text/text-node.ts'
import type { PolicyTest, TestAnswer, TestCaller } from './policy-test.ts'
import { readExpect } from './read-expectation.ts'
import { bodyIn, headersIn, jsonMembers, statusIn } from './read-message.ts'

/** Reads a file of policy tests; what is not understood is a fault, so that no expectation is passed over. */
export function readPolicyTests(file: string, text: string, report: Report): readonly PolicyTest[] {
  const node = readYaml(file, text, report)
  if (node === undefined) return []
  if (node.kind !== 'object') {
    report.error(node.at, 'value.type', 'a file of policy tests is an object with `tests`')
    return []
  }
  const root = fieldsOf(node, report)
  root.refuseOthers(['$schema', 'now', 'tests'])
  if (!node.members.has('tests'))
    report.error(node.at, 'value.missing', "'tests' is missing", 'write tests: with a list of them (docs/policy-tests.md)')
  const now = timeIn(root, report)
  return root.list('tests').flatMap(fields => readTest(fields, now, report) ?? [])
}

const keys = ['name', 'now', 'request', 'caller', 'variables', 'backend', 'answers', 'expect']

function readTest(fields: Fields, fileNow: number | undefined, report: Report): PolicyTest | undefined {
  fields.refuseOthers(keys)
  const name = fields.requiredText('name')
  const request = fields.fields('request')
  const expect = fields.fields('expect')
  for (const [key, value] of [
    ['request', request],
    ['expect', expect],
  ] as const)
    if (value === undefined)
      report.error(fields.at(key), 'value.missing', `'${key}' is missing`, `write ${key}: and its value (docs/policy-tests.md)`)
  if (name === undefined || request === undefined || expect === undefined) return undefined
  const callerFields = fields.fields('caller')
  const caller = callerFields === undefined ? undefined : readCaller(callerFields, report)
  const read = { request: readRequest(request, report), expect: readExpect(expect, report) }
  if (read.request === undefined || (callerFields !== undefined && caller === undefined)) return undefined
  const now = timeIn(fields, report) ?? fileNow
  return {
    name,
    at: fields.node.at,
    request: read.request,
    ...(now === undefined ? {} : { now }),
    variables: jsonMembers(fields.fields('variables')),
    ...(caller === undefined ? {} : { caller }),
    backend: readBackend(fields),
    answers: fields.list('answers').flatMap(one => {
      const url = one.requiredText('url')
      const method = one.text('method')?.toUpperCase()
      if (url === undefined) return []
      return [{ ...readAnswer(one, ['url', 'method']), url, ...(method === undefined ? {} : { method }) }]
    }),
    expect: read.expect,
  }
}

/** ISO 8601 with its offset; YAML hands it on as text. */
function timeIn(fields: Fields, report: Report): number | undefined {
  const text = fields.text('now')
  if (text === undefined) return undefined
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/
  const time = form.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return time
  report.error(fields.at('now'), 'value.format', `'now' should be a time such as 2026-01-02T03:04:05Z, and is '${text}'`)
  return undefined
}

function readRequest(fields: Fields, report: Report): PolicyTest['request'] | undefined {
  fields.refuseOthers(['method', 'url', 'headers', 'body', 'ip'])
  const url = fields.requiredText('url')
  if (url === undefined) return undefined
  if (!/^\/[\x21-\x7e]*$/.test(url))
    report.error(fields.at('url'), 'value.format', `'${url}' should be a path as it is sent, with its query: /orders/1?full=true`)
  const ip = fields.text('ip') ?? '127.0.0.1'
  if (isIP(ip) === 0) report.error(fields.at('ip'), 'value.format', `'${ip}' is no IP address`)
  return { method: (fields.text('method') ?? 'GET').toUpperCase(), url, headers: headersIn(fields), ...bodyIn(fields), ip }
}

function readCaller(fields: Fields, report: Report): TestCaller | undefined {
  fields.refuseOthers(['client', 'user', 'scope', 'claims'])
  const claims = fields.fields('claims')
  if (claims !== undefined) {
    for (const key of ['client', 'user', 'scope'])
      if (fields.node.members.has(key))
        report.error(fields.at(key), 'key.unknown', `'${key}' goes with a token of the directory, not with 'claims'`)
    return { kind: 'claims', claims: Object.fromEntries(jsonMembers(claims)) }
  }
  const [client, scope, user] = [fields.requiredText('client'), fields.requiredText('scope'), fields.text('user')]
  if (client === undefined || scope === undefined) return undefined
  return { kind: 'directory', client, scope, ...(user === undefined ? {} : { user }) }
}

/** One answer, or a list of them. */
function readBackend(fields: Fields): readonly TestAnswer[] {
  if (memberOf(fields.node, 'backend')?.kind === 'list') return fields.list('backend').map(one => readAnswer(one, []))
  const one = fields.fields('backend')
  return [one === undefined ? { status: 200, headers: [], fails: false } : readAnswer(one, [])]
}

function readAnswer(fields: Fields, more: readonly string[]): TestAnswer {
  fields.refuseOthers(['status', 'headers', 'body', 'fails', ...more])
  return { status: statusIn(fields) ?? 200, headers: headersIn(fields), ...bodyIn(fields), fails: fields.flag('fails') ?? false }
}
