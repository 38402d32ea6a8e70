import { Body } from '../context/body.ts'
import type { CallContext } from '../context/call-context.ts'
import { definePolicy, element, literal, many, optional, type Site, value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'
import type { ShapedMessage } from '../step.ts'
import { bufferBody } from '../transform/convert-body.ts'
import { textOfXmlBody } from '../transform/xml-text.ts'
import { XsltProcessor } from '../transform/xslt/xslt-processor.ts'

const stylesheet = optional(element({ text: literal(value.string({ verbatim: true, markup: 'whole' })) }))

/** Applies the XSL transformation that stands in the policy to the body of the request or response. */
export const xslTransform = definePolicy({
  element: 'xsl-transform',
  summary: 'Applies an XSL transformation to XML in the body of the request or response.',
  source: 'Transform XML using an XSLT',
  sections: ['inbound', 'outbound'],
  schema: {
    children: {
      parameter: many(
        element({
          attributes: {
            name: optional(literal(value.string({ nonEmpty: true }))),
            'parameter-name': optional(literal(value.string({ nonEmpty: true }))),
          },
          text: value.string(),
        }),
      ),
      'xsl:stylesheet': stylesheet,
      'xsl:transform': stylesheet,
    },
  },
  reasons: ['policy.failed', 'request.body-too-large', 'response.body-too-large'],
  differences: [
    'The processor is libxslt: XSLT 1.0 with `exsl:node-set` and `msxsl:node-set`, without the other `msxsl` functions of .NET. Scripts (`msxsl:script`) are refused at load. `document()`, `xsl:import` and `xsl:include` reach nothing.',
    'The page’s statement calls a parameter’s name `parameter-name`, its example `name`: both are taken.',
    'The result is UTF-8, whatever `xsl:output` asks for. The Content-Type stays as it is, but for its charset, unless `xsl:output` names a `media-type`.',
    'A body that is no well-formed XML, and a transformation that fails or takes longer than five seconds, is a refusal; an empty body stays as it is.',
  ],
  shape({ children }, { xml, maxBufferedBodyBytes }, site) {
    const sheet = children['xsl:stylesheet'] ?? children['xsl:transform']
    if (sheet === undefined || (children['xsl:stylesheet'] !== undefined && children['xsl:transform'] !== undefined)) {
      site.fault('policy.missing-child', '`xsl-transform` needs one `<xsl:stylesheet>`', 'put the stylesheet into it')
      return undefined
    }
    const text = sheet.text.constant
    const sound = checkScripts(text, sheet.position, site) && checkSheet(text, sheet.position, site)
    const named = children.parameter.flatMap(parameter => {
      const name = parameter.attributes.name.constant ?? parameter.attributes['parameter-name'].constant
      if (name === undefined)
        site.fault('policy.missing-attribute', '`parameter` needs the attribute `name`', 'add name="…"', parameter.position)
      return name === undefined ? [] : [{ name: name.trim(), text: parameter.text }]
    })
    if (!sound || named.length < children.parameter.length) return undefined
    const type = /<xsl:output\b[^>]*\bmedia-type\s*=\s*["']([\w.+/-]+)/.exec(text)?.[1]
    const transform = async (ctx: CallContext, message: ShapedMessage, refused?: Outcome): Promise<Outcome> => {
      if (refused !== undefined) return refused
      const document = textOfXmlBody(message)
      if (document.trim() === '') return next
      const parameters = named.map(one => [one.name, one.text(ctx)] as const)
      const result = await xml.transform(text, document, parameters)
      if (result.kind === 'failed') return failed(result.message)
      message.body = Body.of(result.text)
      message.headers.delete('Content-Length')
      nameType(message, type)
      return next
    }
    return (ctx, message) => {
      const buffering = bufferBody(ctx, message, maxBufferedBodyBytes)
      if (buffering !== undefined) return buffering.then(refused => transform(ctx, message, refused))
      return message.body.isEmpty ? next : transform(ctx, message)
    }
  },
})

/** Code in a stylesheet is code of its author's that would run here: there is no such thing. */
function checkScripts(text: string, position: { readonly line: number; readonly column: number }, site: Site): boolean {
  const prefix = /xmlns:([\w.-]+)\s*=\s*["']urn:schemas-microsoft-com:xslt["']/.exec(text)?.[1]
  if (prefix === undefined || !text.includes(`<${prefix}:script`)) return true
  site.fault(
    'policy.unsupported',
    `\`${prefix}:script\` does not run here`,
    'compute it in an expression and hand it in as a parameter',
    position,
  )
  return false
}

/** One processor checks all stylesheets of a workspace. */
const checkers = new WeakMap<Site['workspace'], XsltProcessor>()

/** Compiles it as calls will, so that its faults are known before one comes. */
function checkSheet(text: string, position: { readonly line: number }, site: Site): boolean {
  const checker = checkers.get(site.workspace) ?? new XsltProcessor()
  checkers.set(site.workspace, checker)
  const faults = checker.faultsOf(text)
  for (const { line, message } of faults)
    site.fault('policy.stylesheet', `the stylesheet does not compile: ${message}`, 'mend it; it is XSLT 1.0', {
      line: position.line + line - 1,
      column: 1,
    })
  return faults.length === 0
}

/** What is sent now is UTF-8, of the type that the stylesheet says when it says one. */
function nameType({ headers }: ShapedMessage, type: string | undefined): void {
  const written = headers.get('Content-Type')
  if (type !== undefined) headers.set('Content-Type', `${type}; charset=utf-8`)
  else if (written !== null) headers.set('Content-Type', written.replace(/(;\s*charset=)("[^"]*"|[^;\s]*)/i, '$1utf-8'))
}

function failed(why: string): Outcome {
  return refuse({
    reason: 'policy.failed',
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'XslTransformFailure',
    errorMessage: `\`xsl-transform\` could not transform the body: ${why}`,
    received: [why],
  })
}
