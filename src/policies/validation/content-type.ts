import type { MediaSchema, OperationContract } from '../../catalog/catalog.ts'
import type { CallContext, RequestMessage, ResponseMessage } from '../context/call-context.ts'
import type { Evaluator } from '../values.ts'

/** `<content-type-map>` as its evaluators say it for one call. */
export interface ContentTypeMap {
  readonly attributes: {
    readonly 'any-content-type-value': Evaluator<string | undefined>
    readonly 'missing-content-type-value': Evaluator<string | undefined>
  }
  readonly children: {
    readonly type: readonly {
      readonly attributes: {
        readonly from: Evaluator<string | undefined>
        readonly when: Evaluator<boolean | undefined>
        readonly to: Evaluator<string>
      }
    }[]
  }
}

/** `type` overrides `any-content-type-value` and `missing-content-type-value`. */
export function mappedType(type: string, map: ContentTypeMap | undefined, ctx: CallContext): string {
  if (map === undefined) return type
  const own = map.children.type.find(({ attributes }) => {
    const from = attributes.from(ctx)
    return from === undefined ? attributes.when(ctx) === true : plainType(from) === type
  })
  const missing = type === '' ? map.attributes['missing-content-type-value'](ctx) : undefined
  return plainType(own?.attributes.to(ctx) ?? missing ?? map.attributes['any-content-type-value'](ctx) ?? type)
}

/** Without parameters, in lower case. */
export const plainType = (text: string) => text.split(';')[0]?.trim().toLowerCase() ?? ''

/** A specification may say ranges: `*` for both parts, `application/*`. */
export function fitsType(type: string, described: string): boolean {
  const range = plainType(described)
  return range === type || range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)))
}

export interface DescribedContent {
  readonly required: boolean
  readonly content: readonly MediaSchema[]
}

/** What the specification says of the message's body. */
export function describedContent(
  contract: OperationContract | undefined,
  message: RequestMessage | ResponseMessage,
): DescribedContent {
  if (contract === undefined) return { required: false, content: [] }
  if (!('statusCode' in message)) return contract.requestBody ?? { required: false, content: [] }
  return { required: false, content: contract.responses.find(one => one.statusCode === message.statusCode)?.content ?? [] }
}
