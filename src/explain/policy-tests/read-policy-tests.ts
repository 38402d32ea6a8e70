import { isIP } from 'node:net'
import { reasonCodes } from '../../catalog/reason.ts'
import type { Report } from '../../workspace/report.ts'
import { type Fields, fieldsOf } from '../../workspace/text/fields.ts'
import { readYaml } from '../../workspace/text/read-yaml.ts'
import { memberOf, type TextNode } from '../../workspace/text/text-node.ts'
import type { HeaderSpec, Json, PolicyTest, TestAnswer, TestCaller } from './policy-test.ts'

/** Reads a file of policy tests; what is not understood is a fault, so that no expectation is passed over. */
export function readPolicyTests(file: string, text: string, report: Report): readonly PolicyTest[] {
  const node = readYaml(file, text, report)
  if (node === undefined) return []
  if (node.kind !== 'object') {
    report.error(node.at, 'value.type', 'a file of policy tests is an object with `tests`')
    return []
  }
  const root = fieldsOf(node, report)
  root.refuseOthers(['tests'])
  if (!node.members.has('tests')) report.error(node.at, 'value.missing', "'tests' is missing")
  return root.list('tests').flatMap(fields => readTest(fields, report) ?? [])
}

function readTest(fields: Fields, report: Report): PolicyTest | undefined {
  fields.refuseOthers(['name', 'request', 'caller', 'backend', 'answers', 'expect'])
  const name = fields.requiredText('name')
  const request = fields.fields('request')
  const expect = fields.fields('expect')
  for (const [key, value] of [
    ['request', request],
    ['expect', expect],
  ] as const)
    if (value === undefined) report.error(fields.at(key), 'value.missing', `'${key}' is missing`)
  if (name === undefined || request === undefined || expect === undefined) return undefined
  const callerFields = fields.fields('caller')
  const caller = callerFields === undefined ? undefined : readCaller(callerFields)
  const backend = fields.fields('backend')
  const read = { request: readRequest(request, report), expect: readExpect(expect, report) }
  if (read.request === undefined || (callerFields !== undefined && caller === undefined)) return undefined
  return {
    name,
    at: fields.node.at,
    request: read.request,
    ...(caller === undefined ? {} : { caller }),
    backend: backend === undefined ? { status: 200, headers: [] } : readAnswer(backend, []),
    answers: fields.list('answers').flatMap(one => {
      const url = one.requiredText('url')
      return url === undefined ? [] : [{ ...readAnswer(one, ['url']), url }]
    }),
    expect: read.expect,
  }
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

function readCaller(fields: Fields): TestCaller | undefined {
  fields.refuseOthers(['client', 'user', 'scope'])
  const [client, scope, user] = [fields.requiredText('client'), fields.requiredText('scope'), fields.text('user')]
  if (client === undefined || scope === undefined) return undefined
  return { client, scope, ...(user === undefined ? {} : { user }) }
}

function readAnswer(fields: Fields, more: readonly string[]): TestAnswer {
  fields.refuseOthers(['status', 'headers', 'body', ...more])
  return { status: statusIn(fields) ?? 200, headers: headersIn(fields), ...bodyIn(fields) }
}

function readExpect(fields: Fields, report: Report): PolicyTest['expect'] {
  fields.refuseOthers(['status', 'reason', 'headers', 'body', 'backend'])
  if (fields.node.members.size === 0)
    report.error(fields.node.at, 'value.missing', 'a test that expects nothing cannot fail', 'write a status or a reason')
  const status = statusIn(fields)
  const reason = fields.choice('reason', reasonCodes)
  const backend = readSent(fields)
  return {
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    headers: headersIn(fields),
    ...bodyIn(fields),
    ...(backend === undefined ? {} : { backend }),
  }
}

function readSent(parent: Fields): PolicyTest['expect']['backend'] {
  const value = memberOf(parent.node, 'backend')
  if (value?.kind === 'scalar' && value.value === false) return false
  const fields = parent.fields('backend')
  if (fields === undefined) return undefined
  fields.refuseOthers(['method', 'url', 'headers', 'body'])
  const [method, url] = [fields.text('method')?.toUpperCase(), fields.text('url')]
  return {
    ...(method === undefined ? {} : { method }),
    ...(url === undefined ? {} : { url }),
    headers: headersIn(fields),
    ...bodyIn(fields),
  }
}

const statusIn = (fields: Fields) => fields.whole('status', { min: 100, max: 599 })

function headersIn(parent: Fields): HeaderSpec {
  const fields = parent.fields('headers')
  if (fields === undefined) return []
  return [...fields.node.members.keys()].flatMap(name => {
    const value = fields.text(name)
    return value === undefined ? [] : [[name, value] as const]
  })
}

function bodyIn(fields: Fields): { readonly body?: Json } {
  const value = memberOf(fields.node, 'body')
  return value === undefined ? {} : { body: jsonOf(value) }
}

function jsonOf(node: TextNode): Json {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(jsonOf)
  return Object.fromEntries([...node.members].map(([key, { value }]) => [key, jsonOf(value)]))
}
