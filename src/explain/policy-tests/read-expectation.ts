import { reasonCodes } from '../../catalog/reason.ts'
import type { Report } from '../../workspace/report.ts'
import { type Fields, fieldsOf } from '../../workspace/text/fields.ts'
import { memberOf, type ObjectNode, type TextNode, textOf } from '../../workspace/text/text-node.ts'
import type { BodyMatch, JsonMatch, PolicyTest, SentMatch, TextMatch } from './policy-test.ts'
import { bodyIn, jsonOf, statusIn } from './read-message.ts'

const bodyKeys = ['body', 'bodyMatches', 'json']
const sentKeys = ['method', 'url', 'headers', ...bodyKeys]
const keys = ['status', 'reason', 'headers', ...bodyKeys, 'variables', 'backend', 'sent', 'ran', 'notRan', 'snapshot']

export function readExpect(fields: Fields, report: Report): PolicyTest['expect'] {
  fields.refuseOthers(keys)
  if (fields.node.members.size === 0)
    report.error(fields.node.at, 'value.missing', 'a test that expects nothing cannot fail', 'write a status or a reason')
  const status = statusIn(fields)
  const reason = fields.choice('reason', reasonCodes)
  const backend = readSent(fields, report)
  return {
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    headers: headerMatches(fields, report),
    ...readBody(fields, report),
    variables: jsonMatches(fields, 'variables', report),
    ...(backend === undefined ? {} : { backend }),
    sent: fields.list('sent').flatMap(one => {
      const read = readMessage(one, report)
      if (read.url !== undefined) return [{ ...read, url: read.url }]
      report.error(one.node.at, 'value.missing', "'url' is missing", 'write url: with the address that the policy calls')
      return []
    }),
    ran: namesIn(fields, 'ran'),
    notRan: namesIn(fields, 'notRan'),
    snapshot: fields.flag('snapshot') ?? false,
  }
}

const namesIn = (fields: Fields, key: string) => fields.texts(key).map(({ text, at }) => ({ name: text, at }))

function readSent(parent: Fields, report: Report): PolicyTest['expect']['backend'] {
  const value = memberOf(parent.node, 'backend')
  if (value?.kind === 'scalar' && value.value === false) return false
  const fields = parent.fields('backend')
  return fields === undefined ? undefined : readMessage(fields, report)
}

function readMessage(fields: Fields, report: Report): SentMatch {
  fields.refuseOthers(sentKeys)
  const method = fields.text('method')?.toUpperCase()
  const url = memberOf(fields.node, 'url')
  const match = url === undefined ? undefined : textMatch('url', url, report)
  return {
    ...(method === undefined ? {} : { method }),
    ...(match === undefined ? {} : { url: match }),
    headers: headerMatches(fields, report),
    ...readBody(fields, report),
  }
}

function readBody(fields: Fields, report: Report): BodyMatch {
  const written = memberOf(fields.node, 'bodyMatches')
  const expression = written === undefined ? undefined : expressionOf('bodyMatches', written, report)
  return {
    ...bodyIn(fields),
    ...(expression === undefined ? {} : { bodyMatches: expression }),
    json: jsonMatches(fields, 'json', report),
  }
}

function headerMatches(parent: Fields, report: Report): SentMatch['headers'] {
  const fields = parent.fields('headers')
  return [...(fields?.node.members ?? [])].flatMap(([name, { value }]) => {
    const match = textMatch(name, value, report)
    return match === undefined ? [] : [[name, match] as const]
  })
}

function jsonMatches(parent: Fields, key: string, report: Report): readonly (readonly [string, JsonMatch])[] {
  const fields = parent.fields(key)
  return [...(fields?.node.members ?? [])].flatMap(([name, { value }]) => {
    const match = special(name, value, report) ?? { kind: 'equal' as const, value: jsonOf(value) }
    return match === 'faulty' ? [] : [[name, match] as const]
  })
}

function textMatch(key: string, node: TextNode, report: Report): TextMatch | undefined {
  const found = special(key, node, report)
  if (found !== undefined) return found === 'faulty' ? undefined : found
  const text = textOf(node)
  if (text !== undefined) return { kind: 'exact', text }
  report.error(node.at, 'value.type', `'${key}' should be text, { matches: … } or { absent: true }`)
  return undefined
}

/** `{ matches: expression }` or `{ absent: true }`; undefined for what is neither. */
function special(key: string, node: TextNode, report: Report): Exclude<TextMatch, { kind: 'exact' }> | 'faulty' | undefined {
  if (node.kind !== 'object' || node.members.size !== 1) return undefined
  const absent = memberOf(node, 'absent')
  if (absent?.kind === 'scalar' && absent.value === true) return { kind: 'absent' }
  return node.members.has('matches') ? matchesIn(key, node, report) : undefined
}

function matchesIn(key: string, node: ObjectNode, report: Report): Exclude<TextMatch, { kind: 'exact' }> | 'faulty' {
  const written = memberOf(node, 'matches')
  const expression = written === undefined ? undefined : expressionOf(key, written, report)
  if (expression === undefined) return 'faulty'
  fieldsOf(node, report).refuseOthers(['matches'])
  return { kind: 'matches', expression }
}

function expressionOf(key: string, node: TextNode, report: Report): RegExp | undefined {
  const text = textOf(node)
  try {
    if (text !== undefined) return new RegExp(text, 'u')
  } catch {
    // told below
  }
  report.error(node.at, 'value.format', `'${key}' holds no regular expression`)
  return undefined
}
