import type { Body } from '../context/body.ts'
import type { RequestMessage } from '../context/call-context.ts'
import { type Content, definePolicy, element, literal, many, optional, type Site, value } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'
import { bufferBody } from '../transform/convert-body.ts'
import { ContentValidator } from '../validation/content-validator.ts'
import { NamedSchemas } from '../validation/named-schemas.ts'
import { plainBody } from '../validation/plain-body.ts'
import { type Action, action, conclude, type ValidationError } from '../validation/validation-errors.ts'

const text = optional(value.string({ nonEmpty: true }))

const schema = {
  attributes: {
    'unspecified-content-type-action': action,
    'max-size': value.integer({ min: 0 }),
    'size-exceeded-action': action,
    'errors-variable-name': optional(literal(value.string({ nonEmpty: true }))),
  },
  children: {
    'content-type-map': optional(
      element({
        attributes: { 'any-content-type-value': text, 'missing-content-type-value': text },
        children: {
          type: many(
            element({ attributes: { from: text, when: optional(value.boolean()), to: value.string({ nonEmpty: true }) } }),
          ),
        },
      }),
    ),
    content: many(
      element({
        attributes: {
          type: optional(value.string()),
          'validate-as': literal(value.choice(['json', 'xml', 'soap'])),
          'schema-id': text,
          'schema-ref': text,
          action,
          'allow-additional-properties': optional(value.boolean()),
          'case-insensitive-property-names': optional(value.boolean(), false),
        },
      }),
    ),
  },
} as const

/** Holds a body's size, type and content against the policy, the operation's specification and the workspace's schemas. */
export const validateContent = definePolicy({
  element: 'validate-content',
  summary: 'Validates size and content of a request’s or response’s body against schemas.',
  source: 'Validate content',
  sections: ['inbound', 'outbound', 'on-error'],
  schema,
  reasons: ['request.not-valid', 'response.not-valid', 'request.body-too-large', 'response.body-too-large'],
  differences: [
    'JSON is validated by ajv, which stops at the first misfit of a schema; its messages differ from Newtonsoft’s, and the position is where the value begins. XML is validated by libxml2, which knows no positions in a line.',
    'A message without a body, whose specification asks for none, passes.',
    'What stands in a SOAP envelope is validated by the schema alone; a SOAP fault is no matter of the schema and passes.',
    'Validating XML ends after five seconds with an error.',
  ],
  compile({ attributes, children }, { log, xml, maxBufferedBodyBytes }, site) {
    if (!checkChildren(children, site)) return undefined
    const isRequest = site.section === 'inbound'
    const verdict = {
      policy: 'validate-content',
      section: site.section,
      variable: attributes['errors-variable-name'].constant,
      place: site.place,
      log,
    }
    const unspecified = attributes['unspecified-content-type-action']
    const validator = new ContentValidator({ isRequest, unspecified, ...children, schemas: namedSchemas(site), xml })
    return ctx => {
      const message = isRequest ? ctx.request : ctx.response
      if (message === null) return next
      const maxSize = attributes['max-size'](ctx)
      const onSize = attributes['size-exceeded-action'](ctx)
      const judged = (errors: readonly ValidationError[]) => conclude(ctx, errors, verdict)
      const tooLarge = (size: number) => judged(sizeErrors(isRequest, size, maxSize, onSize))
      const announced = announcedSize(message)
      if (announced !== undefined && announced > maxSize && onSize === 'prevent') return tooLarge(announced)
      // what is refused past the size need not be read further than that
      const limit = onSize === 'prevent' ? Math.min(maxSize, maxBufferedBodyBytes) : maxBufferedBodyBytes
      const validate = (refused?: Outcome): Outcome | Promise<Outcome> => {
        if (refused !== undefined) return refused
        const body = plainBody(message.body.bytes ?? new Uint8Array(0), message.headers.get('Content-Encoding'), limit)
        if (body.kind === 'too-large' && limit === maxSize) return tooLarge(maxSize + 1)
        if (body.kind !== 'plain') return judged(validator.unreadable(ctx, message, body))
        const size = body.bytes.length
        const errors = size > maxSize ? sizeErrors(isRequest, size, maxSize, onSize) : []
        const found = validator.errorsOf(ctx, message, body.bytes)
        return found instanceof Promise ? found.then(more => judged([...errors, ...more])) : judged([...errors, ...found])
      }
      const buffering = bufferBody(ctx, message, limit)
      if (buffering === undefined) return validate()
      return buffering.then(refused => (refused !== undefined && limit === maxSize ? tooLarge(maxSize + 1) : validate(refused)))
    }
  },
})

type Children = Content<typeof schema>['children']

/** By workspace: its policies share what was read. */
const readSchemas = new WeakMap<Site['workspace'], NamedSchemas>()

function namedSchemas({ workspace }: Site): NamedSchemas {
  const known = readSchemas.get(workspace)
  if (known !== undefined) return known
  const made = new NamedSchemas(workspace.schemas ?? new Map())
  readSchemas.set(workspace, made)
  return made
}

function checkChildren({ 'content-type-map': map, content }: Children, site: Site): boolean {
  let sound = true
  for (const { written, position } of map?.children.type ?? []) {
    if (written.has('from') !== written.has('when')) continue
    sound = false
    site.fault('policy.exclusive-attributes', '`type` needs one of `from` and `when`', 'keep one', position)
  }
  for (const { attributes, written, position } of content) warnOfSchema(attributes, written, position, site)
  return sound
}

/** A schema that is not there makes an error of each call, as in Azure; that is said before the first. */
function warnOfSchema(
  attributes: Children['content'][number]['attributes'],
  written: ReadonlySet<string>,
  position: Children['content'][number]['position'],
  site: Site,
): void {
  const wanted = attributes['validate-as'].constant === 'json' ? 'json' : 'xml'
  const warn = (message: string, mend: string) => site.warn('policy.schema', message, mend, position)
  if (written.has('schema-ref') && (wanted === 'xml' || !written.has('schema-id')))
    warn('`schema-ref` says nothing here', 'it names a place in the JSON schema of `schema-id`')
  const name = attributes['schema-id'].constant
  if (name === undefined || site.workspace.partial) return
  const schemas = namedSchemas(site)
  const kind = schemas.kindOf(name)
  const reference = attributes['schema-ref'].constant
  if (kind === undefined) warn(`there is no schema \`${name}\`, so that nothing is valid`, 'add it to the schemas')
  else if (kind !== wanted)
    warn(`the schema \`${name}\` is one for ${kind.toUpperCase()}, so that nothing is valid`, 'name another')
  else if (kind === 'json' && reference !== undefined && schemas.json(name, reference) === undefined)
    warn(`the schema \`${name}\` has nothing at \`${reference}\``, 'write a place such as #/components/schemas/address')
}

function announcedSize({ headers, body }: { headers: RequestMessage['headers']; body: Body }): number | undefined {
  const length = headers.get('Content-Length')
  return body.stream !== null && length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

function sizeErrors(isRequest: boolean, size: number, limit: number, taken: Action): readonly ValidationError[] {
  if (taken === 'ignore') return []
  const whose = isRequest ? "Request's" : "Response's"
  // a body that is refused while it streams was only read as far as the limit
  const length = size === limit + 1 ? `more than ${limit}` : String(size)
  const message = (word: string) => `${whose} body is ${length} bytes long and it exceeds the ${word}limit of ${limit} bytes.`
  return [
    {
      name: '',
      type: isRequest ? 'RequestBody' : 'ResponseBody',
      rule: 'SizeLimit',
      details: message('configured '),
      ...(isRequest ? { publicMessage: message('') } : {}),
      action: taken,
    },
  ]
}
