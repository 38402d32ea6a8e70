import type { DefinedType } from '../../expressions/types/define-type.ts'
import { messageBody } from './types/body-type.ts'
import { graphQLContext, proxyRequestContext } from './types/context-type.ts'
import { authorization, basicCredentials, credentialMethods, jwt } from './types/credential-types.ts'
import * as entities from './types/entity-types.ts'
import { formContent, formMethods } from './types/form-type.ts'
import { lookupMethods } from './types/lookups.ts'
import { privateEndpointConnection, request, response } from './types/message-types.ts'
import { url } from './types/url-types.ts'

/** The host's types of policy expressions: `context` and all that it leads to (page "API Management policy expressions"). */
export const contextTypes: readonly DefinedType[] = [
  proxyRequestContext,
  graphQLContext,
  request,
  response,
  messageBody,
  url,
  privateEndpointConnection,
  entities.api,
  entities.backend,
  entities.backendType,
  entities.carbonIntensity,
  entities.deployment,
  entities.gateway,
  entities.group,
  entities.keyNames,
  entities.lastError,
  entities.operation,
  entities.product,
  entities.productState,
  entities.subscription,
  entities.sustainability,
  entities.user,
  entities.userIdentity,
  entities.workspace,
  authorization,
  basicCredentials,
  formContent,
  formMethods,
  credentialMethods,
  jwt,
  lookupMethods,
]
