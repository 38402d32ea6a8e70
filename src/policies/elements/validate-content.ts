import type { MediaSchema, OperationContract } from '../../catalog/catalog.ts'
import type { Body } from '../context/body.ts'
import type { CallContext, RequestMessage, ResponseMessage } from '../context/call-context.ts'
import { type Content, definePolicy, element, literal, many, optional, type Site, value } from '../define-policy.ts'
import { next, type Outcome } from '../outcome.ts'
import { bufferBody, mediaType } from '../transform/convert-body.ts'
import { type BodyCheck, checkJson } from '../validation/check-json.ts'
import { type Action, action, conclude, noSchema, type ValidationError } from '../validation/validation-errors.ts'
import { type Evaluator, isConstant } from '../values.ts'

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
        attributes: {
          'any-content-type-value': optional(value.string()),
          'missing-content-type-value': optional(value.string()),
        },
        children: {
          type: many(
            element({
              attributes: {
                from: optional(value.string()),
                when: optional(value.boolean()),
                to: value.string({ nonEmpty: true }),
              },
            }),
          ),
        },
      }),
    ),
    content: many(
      element({
        attributes: {
          type: optional(value.string()),
          'validate-as': literal(value.choice(['json', 'xml', 'soap'])),
          'schema-id': optional(value.string({ nonEmpty: true })),
          'schema-ref': optional(value.string({ nonEmpty: true })),
          action,
          'allow-additional-properties': optional(value.boolean()),
        },
      }),
    ),
  },
} as const

/** Holds a body's size, type and JSON against the policy and the operation's specification. */
export const validateContent = definePolicy({
  element: 'validate-content',
  summary: 'Validates size and content of a request’s or response’s body against the API’s specification.',
  source: 'Validate content',
  sections: ['inbound', 'outbound', 'on-error'],
  schema,
  reasons: ['request.not-valid', 'response.not-valid', 'request.body-too-large', 'response.body-too-large'],
  differences: [
    'JSON is validated by ajv: messages name the place in the body by a JSON pointer, not by line and position.',
    '`validate-as` `xml` and `soap`, and `schema-id`, are refused at load: there is no validator for them here.',
    'A message without a body, whose specification asks for none, passes.',
  ],
  compile({ attributes, children }, { log, maxBufferedBodyBytes }, site) {
    if (!allRun(children.content, site)) return undefined
    const { section } = site
    const verdict = { policy: 'validate-content', section, variable: attributes['errors-variable-name'].constant, log }
    return ctx => {
      const message = section === 'inbound' ? ctx.request : ctx.response
      if (message === null) return next
      const maxSize = attributes['max-size'](ctx)
      const onSize = attributes['size-exceeded-action'](ctx)
      const tooLarge = (size: number) => conclude(ctx, sizeErrors(section === 'inbound', size, maxSize, onSize), verdict)
      const announced = announcedSize(message)
      if (announced !== undefined && announced > maxSize && onSize === 'prevent') return tooLarge(announced)
      const validate = (refused?: Outcome): Outcome => {
        if (refused !== undefined) return refused
        const size = message.body.bytes?.length ?? 0
        const errors = sizeErrors(section === 'inbound', size, maxSize, size > maxSize ? onSize : 'ignore')
        return conclude(ctx, [...errors, ...contentErrors(ctx, message, section === 'inbound', attributes, children)], verdict)
      }
      // what is refused past the size need not be read further than that
      const capped = onSize === 'prevent' && maxSize < maxBufferedBodyBytes
      const buffering = bufferBody(ctx, message, capped ? maxSize : maxBufferedBodyBytes)
      if (buffering === undefined) return validate()
      return buffering.then(refused => (refused !== undefined && capped ? tooLarge(maxSize + 1) : validate(refused)))
    }
  },
})

type Children = Content<typeof schema>['children']

/** Undefined parts of the reference are told at load, never passed over. */
function allRun(contents: Children['content'], site: Site): boolean {
  let sound = true
  for (const { attributes, written, position } of contents) {
    const kind = attributes['validate-as'].constant
    const lacking = written.has('schema-id')
      ? 'a schema by `schema-id`'
      : kind === 'json'
        ? undefined
        : `\`validate-as="${kind}"\``
    if (lacking === undefined) continue
    sound = false
    site.fault('policy.unsupported', `${lacking} does not run here yet`, 'validate JSON by the API’s own specification', position)
  }
  return sound
}

function announcedSize({ headers, body }: { headers: RequestMessage['headers']; body: Body }): number | undefined {
  const text = headers.get('Content-Length')
  return body.stream !== null && text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined
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

function contentErrors(
  ctx: CallContext,
  message: RequestMessage | ResponseMessage,
  isRequest: boolean,
  attributes: Content<typeof schema>['attributes'],
  children: Children,
): readonly ValidationError[] {
  const { contract } = ctx.operation
  const unspecified = attributes['unspecified-content-type-action'](ctx)
  if (contract === undefined) return noSchema(firstAction(children, ctx) ?? unspecified)
  const described = describedContent(contract, message, isRequest)
  if ((message.body.bytes?.length ?? 0) === 0 && !described.required) return []
  const type = mappedType(mediaType(message), children['content-type-map'], ctx)
  const wanted = children.content.filter(one => appliesTo(one.attributes.type, type, ctx))
  const media = described.content.find(one => fitsType(type, one.contentType))
  if (media === undefined && wanted.every(one => (one.attributes.type(ctx) ?? '') === ''))
    return unspecifiedType(type, isRequest, unspecified)
  return wanted.flatMap(one => {
    const taken = one.attributes.action(ctx)
    if (taken === 'ignore') return []
    const allow = one.attributes['allow-additional-properties'](ctx)
    const check: BodyCheck = {
      type,
      isRequest,
      action: taken,
      definitions: contract.definitions,
      ...(allow === undefined ? {} : { allow }),
    }
    return checkJson(message.body.bytes ?? new Uint8Array(0), media?.schema, check)
  })
}

const firstAction = ({ content }: Children, ctx: CallContext) => content[0]?.attributes.action(ctx)

function describedContent(
  contract: OperationContract,
  message: RequestMessage | ResponseMessage,
  isRequest: boolean,
): { readonly required: boolean; readonly content: readonly MediaSchema[] } {
  if (isRequest) return contract.requestBody ?? { required: false, content: [] }
  const status = 'statusCode' in message ? message.statusCode : 0
  return { required: false, content: contract.responses.find(one => one.statusCode === status)?.content ?? [] }
}

/** `type` overrides `any-content-type-value` and `missing-content-type-value`. */
function mappedType(type: string, map: Children['content-type-map'], ctx: CallContext): string {
  if (map === undefined) return type
  const own = map.children.type.find(
    ({ attributes }) =>
      attributes.when(ctx) === true || (attributes.from(ctx) !== undefined && plainType(attributes.from(ctx) ?? '') === type),
  )
  const missing = type === '' ? map.attributes['missing-content-type-value'](ctx) : undefined
  return plainType(own?.attributes.to(ctx) ?? missing ?? map.attributes['any-content-type-value'](ctx) ?? type)
}

const plainType = (text: string) => text.split(';')[0]?.trim().toLowerCase() ?? ''

function appliesTo(wanted: Evaluator<string | undefined>, type: string, ctx: CallContext): boolean {
  const text = isConstant(wanted) ? wanted.constant : wanted(ctx)
  return text === undefined || text.trim() === '' || plainType(text) === type
}

/** A specification may say ranges: `*` for both parts, `application/*`. */
function fitsType(type: string, described: string): boolean {
  const range = plainType(described)
  return range === type || range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)))
}

function unspecifiedType(type: string, isRequest: boolean, taken: Action): readonly ValidationError[] {
  if (taken === 'ignore') return []
  const details = `Unspecified content type ${type.slice(0, 100)} is not allowed.`
  const named = {
    name: type,
    type: isRequest ? 'RequestBody' : 'ResponseBody',
    rule: 'Unspecified',
    details,
    action: taken,
  } as const
  return [isRequest ? { ...named, publicMessage: details } : named]
}
