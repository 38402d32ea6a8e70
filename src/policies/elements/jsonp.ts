import { Body } from '../context/body.ts'
import { QueryString } from '../context/query-string.ts'
import { definePolicy, value } from '../define-policy.ts'
import { next, type Outcome, type Refusal, refuse } from '../outcome.ts'
import { bufferBody, isJson, mediaType, textOfBody } from '../transform/convert-body.ts'

/** What a caller may have called: names joined with dots, with plain indices. Anything else could be a script of the caller's own. */
const callbackForm = /^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*|\[\d{1,9}\])*$/u

/** Wraps a JSON response into a call of the function that the caller names. */
export const jsonp = definePolicy({
  element: 'jsonp',
  summary: 'Adds JSON with padding (JSONP), for browser pages of other sites.',
  source: 'JSONP',
  sections: ['outbound'],
  max: { count: 1, per: 'section' },
  schema: { attributes: { 'callback-parameter-name': value.string({ nonEmpty: true }) } },
  reasons: ['request.not-valid', 'response.body-too-large'],
  differences: [
    'A callback may be a dotted name with plain indices, of at most 200 characters; a response that is no JSON is left as it is.',
  ],
  compile({ attributes }, { maxBufferedBodyBytes }) {
    return ctx => {
      const { response } = ctx
      const name = attributes['callback-parameter-name'](ctx)
      const [callback = ''] = QueryString.parse(ctx.request.originalUrl.query).getAll(name)
      if (response === null || callback === '') return next
      if (callback.length > 200 || !callbackForm.test(callback)) return notAllowed(name)
      if (!isJson(mediaType(response))) return next
      const wrap = (refused?: Outcome): Outcome => {
        if (refused !== undefined) return refused
        // these two end a line in older JavaScript, though not in JSON
        const json = textOfBody(response).replace(/[\u2028\u2029]/g, char => (char === '\u2028' ? '\\u2028' : '\\u2029'))
        response.body = Body.of(`${callback}(${json === '' ? 'null' : json});`)
        response.headers.set('Content-Type', 'application/javascript; charset=utf-8')
        response.headers.set('X-Content-Type-Options', 'nosniff')
        response.headers.delete('Content-Length')
        return next
      }
      const buffering = bufferBody(ctx, response, maxBufferedBodyBytes)
      return buffering === undefined ? wrap() : buffering.then(wrap)
    }
  },
})

function notAllowed(parameter: string): Refusal {
  const message = `Value of callback parameter ${parameter} is not a valid JavaScript identifier.`
  return refuse({ reason: 'request.not-valid', statusCode: 400, message, errorReason: 'CallbackParameterInvalid' })
}
