import type { Operation } from '../catalog/catalog.ts'
import { counted } from '../catalog/counted.ts'
import { nearestName } from '../workspace/near-names.ts'
import { apiOf, either, expectedOf, type Mends, type Refused, receivedOf, ruleOf } from './refused.ts'

const publisher = 'The API’s publisher'
const operator = 'Whoever runs the gateway'

/** Mends of what is wrong with the call itself, with a certificate, a limit, the backend or a policy. */
export const callMends: Mends = {
  'policy.returned-response': refused =>
    `${publisher} looks at the condition around ${ruleOf(refused)}, which answered ${refused.record.status}.`,
  'route.no-api': noApi,
  'route.no-operation': noOperation,
  'route.not-served': refused => {
    const [why] = receivedOf(refused)
    return why && `Call it in Azure: the API ${refused.record.api} is not served here (${why}).`
  },
  'config.faulty': refused =>
    refused.record.api === undefined
      ? undefined
      : `${publisher} mends the API ${refused.record.api}${receivedOf(refused).map(code => ` (${code})`)}: gatehouse check shows file and line.`,
  'cors.origin': refused =>
    `${publisher} adds the page’s origin, method and headers to the cors policy of the API ${refused.record.api ?? 'called'}; there is none that allows them.`,
  'ip.not-allowed': refused => {
    const [address] = receivedOf(refused)
    return (
      address &&
      `${publisher} lets the address ${address} through at ${ruleOf(refused)}; is it a proxy’s, whoever runs the gateway lists it under gateway.trustedProxies.`
    )
  },
  'header.missing': refused => {
    const [name] = expectedOf(refused)
    return name && `The caller sends the header ${name}, which ${ruleOf(refused)} asks for.`
  },
  'header.not-allowed': refused => {
    const [name] = expectedOf(refused)
    return (
      name &&
      `The caller sends the header ${name} with a value that ${ruleOf(refused)} lists, or the API’s publisher lists this one.`
    )
  },
  'request.not-valid': refused => {
    const found = receivedOf(refused)
    return found.length === 0 ? undefined : `The caller mends the call: ${found.join('; ')} (${ruleOf(refused)}).`
  },
  'response.not-valid': refused => {
    const found = receivedOf(refused)
    return found.length === 0
      ? undefined
      : `Whoever runs the backend mends its answer, or the API’s publisher the specification: ${found.join('; ')}.`
  },
  'rate.exceeded': waiting('The caller'),
  'quota.exceeded': waiting('The caller'),
  'concurrency.exceeded': refused => {
    const [limit] = expectedOf(refused)
    return (
      limit &&
      `The caller calls again when others have ended (${limit}), or the API’s publisher raises max-count of ${ruleOf(refused)}.`
    )
  },
  'counters.full': refused =>
    `${publisher} keys ${ruleOf(refused)} on something with fewer values; counters that have run out are freed by themselves.`,
  'counters.away': () => `${operator} brings Redis back, or sets store.limitsWhenAway to local.`,
  'request.body-too-large': refused => {
    const [limit] = expectedOf(refused)
    return limit && `The caller sends less (${limit}), or whoever runs the gateway raises maxBodyBytes or maxBufferedBodyBytes.`
  },
  'response.body-too-large': refused =>
    `${operator} raises maxBufferedBodyBytes, or the API’s publisher does not read the response’s body at ${ruleOf(refused)}.`,
  'request.malformed': refused => {
    const [why] = receivedOf(refused)
    return why && `The caller mends its client: ${why}.`
  },
  'request.headers-too-large': ({ catalog }) =>
    `The caller sends less than ${catalog.settings.gateway.maxHeaderBytes} bytes of request line and headers, in 1000 headers at most, or whoever runs the gateway raises gateway.maxHeaderBytes.`,
  'request.timeout': ({ catalog }) => {
    const { headersTimeout, requestTimeout } = catalog.settings.gateway
    return `The caller sends request line and headers within ${counted(headersTimeout, 'second')} and all of the request within ${requestTimeout}, or whoever runs the gateway raises gateway.headersTimeout or gateway.requestTimeout.`
  },
  'tls.handshake': refused => {
    const [why] = receivedOf(refused)
    if (why === undefined) return undefined
    if (why === 'ERR_SSL_HTTP_REQUEST') return 'The caller speaks TLS: what came was plain HTTP.'
    return `The caller connects by a version of TLS, and with a certificate, that the listener takes (${why}).`
  },
  'certificate.missing': ({ catalog: { settings } }) =>
    settings.gateway.tls?.clientCertificate === undefined || settings.gateway.tls.clientCertificate === 'none'
      ? `${operator} has callers asked for a certificate: gateway.tls.clientCertificate is not set, so none can come.`
      : 'The caller shows its certificate when it connects.',
  'certificate.not-trusted': refused =>
    ofCertificate(
      refused,
      (name, issuer) =>
        `The caller sends the certificates between ${name} and its root too, or whoever runs the gateway names the authority ${issuer} under certificateAuthorities.`,
    ),
  'certificate.expired': refused =>
    ofCertificate(refused, (name, issuer) => `The caller has the certificate ${name} renewed by ${issuer}.`),
  'certificate.not-yet-valid': refused =>
    ofCertificate(
      refused,
      name => `Whoever runs the gateway sets its clock right, or the caller waits until the certificate ${name} begins.`,
    ),
  'certificate.revoked': refused =>
    ofCertificate(refused, (name, issuer) => `The caller has a new certificate issued in place of ${name} by ${issuer}.`),
  'certificate.revocation-unknown': refused =>
    ofCertificate(
      refused,
      name =>
        `${operator} lets it reach the revocation list that the chain of ${name} names, or the API’s publisher writes validate-revocation="false" at ${ruleOf(refused)}.`,
    ),
  'certificate.identity': refused =>
    ofCertificate(
      refused,
      (name, issuer) =>
        `${publisher} adds an identity for ${name} (${issuer}) to ${ruleOf(refused)}, or the caller shows one with ${either(expectedOf(refused))}.`,
    ),
  'connection.missing': failing(`${publisher} adds the connection or mends its name at`),
  'connection.not-connected': failing(
    'Somebody with an account at the provider runs gatehouse connection login for the connection of',
  ),
  'connection.denied': failing(`${publisher} adds an access policy for that identity to the connection, or another identity to`),
  'connection.failed': failing(
    'The administrator of the provider and the API’s publisher look at the credentials of the connection of',
  ),
  'backend.unreachable': backendMend('sees that the backend runs, and the API’s publisher that its address is right'),
  'backend.timeout': backendMend('makes the backend faster, or the API’s publisher raises forward-request timeout'),
  'backend.reset': backendMend('looks at the backend’s logs: it broke the connection off'),
  'backend.response': backendMend('looks at the backend’s logs'),
  'backend.tripped': backendMend('mends the backend; calls reach it again when the trip’s time is over'),
  'backend.missing': ({ record }) =>
    `${publisher} sets serviceUrl of the API ${record.api ?? ''}, or a backend by set-backend-service.`,
  'policy.expression': failing(`${publisher} mends the expression of`),
  'policy.budget': failing(`${publisher} looks for an endless loop in`),
  'policy.failed': failing(`${publisher} mends`),
  internal: ({ record }) => `Report it with the request id ${record.requestId}; the gateway’s log has the detail under it.`,
}

/** Paths shown at most. */
const shownPaths = 8

function noApi({ record: { path }, catalog }: Refused): string | undefined {
  const paths = [...new Set(catalog.apis.filter(({ isCurrent }) => isCurrent).map(api => `/${api.path}`))]
  if (paths.length === 0) return undefined
  const sent = path.slice(1).split('/')
  const nearest = paths.find(one => nearestName(sent.slice(0, one.split('/').length - 1).join('/'), [one.slice(1)]) !== undefined)
  const known = `${paths.slice(0, shownPaths).join(', ')}${paths.length > shownPaths ? ` and ${paths.length - shownPaths} more` : ''}`
  return `The caller mends the URL: ${nearest === undefined ? `APIs are at ${known}` : `did it mean ${nearest}?`}`
}

function noOperation(refused: Refused): string | undefined {
  const api = apiOf(refused)
  if (api === undefined) return undefined
  const { method, path } = refused.record
  const shown = (one: Operation) => `${one.method} /${api.path}${one.urlTemplate}`
  const known = api.operations.slice(0, shownPaths).map(shown).join(', ')
  const more = api.operations.length > shownPaths ? ` and ${api.operations.length - shownPaths} more` : ''
  return `The API ${api.name} has ${known === '' ? 'no operations' : `${known}${more}`}: the caller mends the call, or the API’s publisher adds ${method} ${path}.`
}

/** When a limit has room again, told from when the call came. */
function waiting(who: string): (refused: Refused) => string | undefined {
  return refused => {
    const [limit] = expectedOf(refused)
    const seconds = /again in (\d+) s/.exec(receivedOf(refused)[0] ?? '')?.[1]
    const raised = `or the API’s publisher raises it at ${ruleOf(refused)}`
    if (limit === undefined) return undefined
    if (seconds === undefined) return `${publisher} raises the limit at ${ruleOf(refused)}: ${limit}, and it is used up for good.`
    const over = new Date(Date.parse(refused.record.time) + Number(seconds) * 1000).toISOString()
    return `${who} waits until ${over} (${limit}), ${raised}.`
  }
}

function ofCertificate(refused: Refused, text: (name: string, issuer: string) => string): string | undefined {
  const [name, issuer = ''] = receivedOf(refused)
  return name === undefined ? undefined : text(name, issuer.replace(/^issued by /, ''))
}

/** What failed, by whom it is mended, and why it failed. */
function failing(who: string): (refused: Refused) => string | undefined {
  return refused => {
    const why = receivedOf(refused)
    return refused.record.policy === undefined
      ? undefined
      : `${who} ${ruleOf(refused)}${why.length === 0 ? '' : `: ${why.join('; ')}`}.`
  }
}

function backendMend(what: string): (refused: Refused) => string | undefined {
  return refused => {
    const why = receivedOf(refused)
    const address = apiOf(refused)?.serviceUrl
    const where = address === undefined ? '' : ` at ${address.replace(/\/\/[^/@]*@/, '//')}`
    return `Whoever runs the backend${where} ${what}${why.length === 0 ? '' : ` (${why.join('; ')})`}.`
  }
}
