import type { CallContext } from '../context/call-context.ts'
import { QueryString } from '../context/query-string.ts'
import { definePolicy, literal, optional, type Site, value } from '../define-policy.ts'
import { checkPath } from '../odata/model-check.ts'
import { checkOption, systemOption, type TypeCheck } from '../odata/odata-options.ts'
import { resourcePath } from '../odata/odata-path.ts'
import { ODataFault } from '../odata/odata-scanner.ts'
import { versionOf } from '../odata/odata-version.ts'
import type { Outcome } from '../outcome.ts'
import { bufferBody } from '../transform/convert-body.ts'
import { conclude, type ValidationError } from '../validation/validation-errors.ts'
import type { Evaluator } from '../values.ts'

const version = optional(value.string({ nonEmpty: true }))

/** Lets a call continue only when its URL, headers and options are such as OData has them. */
export const validateOdataRequest = definePolicy({
  element: 'validate-odata-request',
  summary: 'Validates URL, headers and query options of a request to an OData API.',
  source: 'Validate OData request',
  sections: ['inbound'],
  scopes: ['global', 'workspace', 'product', 'api'],
  max: { count: 1, per: 'section' },
  schema: {
    attributes: {
      'error-variable-name': optional(literal(value.string({ nonEmpty: true }))),
      'default-odata-version': optional(value.string({ nonEmpty: true }), '4.0'),
      'min-odata-version': version,
      'max-odata-version': version,
      'max-size': optional(value.integer({ min: 0 })),
    },
  },
  reasons: ['request.not-valid', 'request.body-too-large'],
  differences: [
    'OData 4.0 and 4.01. Names of entity sets and properties are held against the service’s metadata when the workspace has it (`specification.edmx`, or the API’s OData schema); `$apply` is held against its brackets alone.',
    'The page does not say what an error looks like: it is one of the validation policies’ own, and the call is answered 400.',
  ],
  compile({ attributes }, { log, maxBufferedBodyBytes }, site) {
    if (!checkVersions(attributes, site)) return undefined
    const verdict = {
      policy: 'validate-odata-request',
      section: site.section,
      variable: attributes['error-variable-name'].constant,
      place: site.place,
      log,
    }
    return ctx => {
      const sent = ctx.request.headers.get('OData-Version')
      const judged = versionOf(sent ?? attributes['default-odata-version'](ctx)) ?? 4
      const bounds = { min: attributes['min-odata-version'](ctx), max: attributes['max-odata-version'](ctx) }
      const errors = [...headerErrors(ctx, sent, bounds), ...urlErrors(ctx, judged)]
      const maxSize = attributes['max-size'](ctx)
      if (maxSize === undefined) return conclude(ctx, errors, verdict)
      const length = announcedSize(ctx)
      const sized = (size: number) => conclude(ctx, size > maxSize ? [...errors, sizeError(size, maxSize)] : errors, verdict)
      if (length !== undefined && length > maxSize) return sized(length)
      const limit = Math.min(maxSize, maxBufferedBodyBytes)
      const buffering = bufferBody(ctx, ctx.request, limit)
      if (buffering === undefined) return sized(ctx.request.body.bytes?.length ?? 0)
      return buffering.then(
        (refused): Outcome => (refused === undefined ? sized(0) : limit === maxSize ? sized(maxSize + 1) : refused),
      )
    }
  },
})

type Versions = Readonly<
  Record<'default-odata-version' | 'min-odata-version' | 'max-odata-version', Evaluator<string | undefined>>
>

function checkVersions(attributes: Versions, site: Site): boolean {
  let sound = true
  for (const name of ['default-odata-version', 'min-odata-version', 'max-odata-version'] as const) {
    const text = attributes[name].constant
    if (text === undefined || versionOf(text) !== undefined) continue
    sound = false
    site.fault(
      'policy.bad-value',
      `the attribute \`${name}\` must be a version of OData such as 4.01, not \`${text.slice(0, 20)}\``,
    )
  }
  return sound
}

function headerErrors(
  { request: { headers } }: CallContext,
  sent: string | null,
  { min, max }: { readonly min: string | undefined; readonly max: string | undefined },
): readonly ValidationError[] {
  const errors: ValidationError[] = []
  const highest = headers.get('OData-MaxVersion')
  if (highest !== null && versionOf(highest) === undefined)
    errors.push(wrong('RequestHeader', 'OData-MaxVersion', 'The header OData-MaxVersion names no version of OData.'))
  if (sent === null) return errors
  const number = versionOf(sent)
  const incorrect = (why: string) => errors.push(wrong('RequestHeader', 'OData-Version', `The header OData-Version ${why}.`))
  if (number === undefined) incorrect('names no version of OData')
  else if (min !== undefined && number < (versionOf(min) ?? 0)) incorrect(`names a version below ${min}`)
  else if (max !== undefined && number > (versionOf(max) ?? Number.POSITIVE_INFINITY)) incorrect(`names a version above ${max}`)
  else if (number < 4 || number > 4.01) incorrect('names a version other than 4.0 and 4.01')
  return errors
}

function urlErrors(ctx: CallContext, judged: number): readonly ValidationError[] {
  const errors: ValidationError[] = []
  const attempt = (check: () => void, error: (why: string) => ValidationError) => {
    try {
      check()
    } catch (fault) {
      if (!(fault instanceof ODataFault)) throw fault
      errors.push(error(fault.message))
    }
  }
  let type: TypeCheck | undefined
  attempt(
    () => {
      const segments = resourcePath(pathBelow(ctx), judged)
      if (ctx.api.odata !== undefined) type = checkPath(ctx.api.odata, segments)
    },
    why => wrong('RequestUrl', '', `The resource path ${why}.`),
  )
  const query = QueryString.parse(ctx.request.originalUrl.query)
  const seen = new Set<string>()
  for (const name of query.names()) {
    const option = systemOption(name, judged)
    if (option === undefined) continue // an option of the service's own, a parameter alias, the subscription key
    const values = query.getAll(name)
    if (values.length > 1 || seen.has(option))
      errors.push(wrong('QueryParameter', option, `The query option ${shown(option)} stands there twice.`))
    seen.add(option)
    attempt(
      () => checkOption(option, values[0] ?? '', { version: judged, type }),
      why => wrong('QueryParameter', option, `The query option ${shown(option)} ${why}.`),
    )
  }
  return errors
}

/** The path below the API's own, percent-encoded, without a slash at its beginning. */
function pathBelow({ api, request: { originalUrl } }: CallContext): string {
  const versioned = api.version === undefined ? api.path : `${api.path}/${api.version}`
  const path = originalUrl.path.replace(/^\//, '')
  const base = [versioned, api.path].find(one => `${path}/`.toLowerCase().startsWith(`${one}/`.toLowerCase())) ?? ''
  return path.slice(base.length).replace(/^\//, '')
}

function announcedSize({ request: { body, headers } }: CallContext): number | undefined {
  const length = headers.get('Content-Length')
  return body.stream !== null && length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

const shown = (name: string) => name.slice(0, 60)

function wrong(type: ValidationError['type'], name: string, details: string): ValidationError {
  return { name: shown(name), type, rule: 'IncorrectMessage', details, publicMessage: details, action: 'prevent' }
}

function sizeError(size: number, limit: number): ValidationError {
  const length = size === limit + 1 ? `more than ${limit}` : String(size)
  const details = (word: string) => `Request's body is ${length} bytes long and it exceeds the ${word}limit of ${limit} bytes.`
  return {
    name: '',
    type: 'RequestBody',
    rule: 'SizeLimit',
    details: details('configured '),
    publicMessage: details(''),
    action: 'prevent',
  }
}
