import type { Policy } from '../define-policy.ts'
import { authenticationBasic } from './authentication-basic.ts'
import { authenticationCertificate } from './authentication-certificate.ts'
import { authenticationManagedIdentity } from './authentication-managed-identity.ts'
import { base } from './base.ts'
import { cacheLookup } from './cache-lookup.ts'
import { cacheLookupValue } from './cache-lookup-value.ts'
import { cacheRemoveValue } from './cache-remove-value.ts'
import { cacheStore } from './cache-store.ts'
import { cacheStoreValue } from './cache-store-value.ts'
import { checkHeader } from './check-header.ts'
import { choose } from './choose.ts'
import { cors } from './cors.ts'
import { crossDomain } from './cross-domain.ts'
import { emitMetric } from './emit-metric.ts'
import { findAndReplace } from './find-and-replace.ts'
import { forwardRequest } from './forward-request.ts'
import { getAuthorizationContext } from './get-authorization-context.ts'
import { includeFragment } from './include-fragment.ts'
import { ipFilter } from './ip-filter.ts'
import { jsonToXml } from './json-to-xml.ts'
import { jsonp } from './jsonp.ts'
import { limitConcurrency } from './limit-concurrency.ts'
import { mockResponse } from './mock-response.ts'
import { proxy } from './proxy.ts'
import { quota } from './quota.ts'
import { quotaByKey } from './quota-by-key.ts'
import { rateLimit } from './rate-limit.ts'
import { rateLimitByKey } from './rate-limit-by-key.ts'
import { redirectContentUrls } from './redirect-content-urls.ts'
import { retry } from './retry.ts'
import { returnResponse } from './return-response.ts'
import { rewriteUri } from './rewrite-uri.ts'
import { sendOneWayRequest } from './send-one-way-request.ts'
import { sendRequest } from './send-request.ts'
import { setBackendService } from './set-backend-service.ts'
import { setBody } from './set-body.ts'
import { setHeader } from './set-header.ts'
import { setMethod } from './set-method.ts'
import { setQueryParameter } from './set-query-parameter.ts'
import { setStatus } from './set-status.ts'
import { setVariable } from './set-variable.ts'
import { trace } from './trace.ts'
import { validateAzureAdToken } from './validate-azure-ad-token.ts'
import { validateClientCertificate } from './validate-client-certificate.ts'
import { validateContent } from './validate-content.ts'
import { validateHeaders } from './validate-headers.ts'
import { validateJwt } from './validate-jwt.ts'
import { validateOdataRequest } from './validate-odata-request.ts'
import { validateParameters } from './validate-parameters.ts'
import { validateStatusCode } from './validate-status-code.ts'
import { wait } from './wait.ts'
import { xmlToJson } from './xml-to-json.ts'
import { xslTransform } from './xsl-transform.ts'

/** Every policy that runs, by its element's name in alphabetical order. */
export const policies: readonly Policy[] = [
  authenticationBasic,
  authenticationCertificate,
  authenticationManagedIdentity,
  base,
  cacheLookup,
  cacheLookupValue,
  cacheRemoveValue,
  cacheStore,
  cacheStoreValue,
  checkHeader,
  choose,
  cors,
  crossDomain,
  emitMetric,
  findAndReplace,
  forwardRequest,
  getAuthorizationContext,
  includeFragment,
  ipFilter,
  jsonToXml,
  jsonp,
  limitConcurrency,
  mockResponse,
  proxy,
  quota,
  quotaByKey,
  rateLimit,
  rateLimitByKey,
  redirectContentUrls,
  retry,
  returnResponse,
  rewriteUri,
  sendOneWayRequest,
  sendRequest,
  setBackendService,
  setBody,
  setHeader,
  setMethod,
  setQueryParameter,
  setStatus,
  setVariable,
  trace,
  validateAzureAdToken,
  validateClientCertificate,
  validateContent,
  validateHeaders,
  validateJwt,
  validateOdataRequest,
  validateParameters,
  validateStatusCode,
  wait,
  xmlToJson,
  xslTransform,
]
