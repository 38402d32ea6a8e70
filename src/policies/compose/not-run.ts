/** A policy of the API Management reference that Gatehouse does not run yet. It refuses to load: a step that does nothing would be a lie. */
interface NotRun {
  readonly element: string
  /** Title of its page in the policy reference. */
  readonly source: string
  readonly mend: string
}

const azureOnly = 'it needs a service of Azure; take it out here, or put it where only Azure reads it'
const notYet = 'take it out, or keep this API in Azure until it runs'

function because(mend: string, ...entries: readonly (readonly [element: string, source: string])[]): NotRun[] {
  return entries.map(([element, source]) => ({ element, source, mend }))
}

/** By element name within each reason. */
export const notRun: readonly NotRun[] = [
  ...because(
    notYet,
    ['authentication-certificate', 'Authenticate with client certificate'],
    ['emit-metric', 'Emit metrics'],
    ['proxy', 'Set HTTP proxy'],
    ['validate-client-certificate', 'Validate client certificate'],
    ['validate-graphql-request', 'Validate GraphQL request'],
    ['validate-odata-request', 'Validate OData request'],
    ['xsl-transform', 'Transform XML using an XSLT'],
    ['http-data-source', 'HTTP data source for resolver'],
    ['publish-event', 'Publish event to GraphQL subscription'],
  ),
  ...because(
    azureOnly,
    ['azure-openai-emit-token-metric', 'Emit metrics for consumption of Azure OpenAI tokens'],
    ['azure-openai-semantic-cache-lookup', 'Get cached responses of Azure OpenAI API requests'],
    ['azure-openai-semantic-cache-store', 'Store responses of Azure OpenAI API requests to cache'],
    ['azure-openai-token-limit', 'Limit Azure OpenAI Service token usage'],
    ['cosmosdb-data-source', 'Cosmos DB data source for resolver'],
    ['get-authorization-context', 'Get authorization context'],
    ['llm-content-safety', 'Enforce content safety checks on LLM requests'],
    ['llm-emit-token-metric', 'Emit metrics for consumption of large language model tokens'],
    ['llm-semantic-cache-lookup', 'Get cached responses of large language model API requests'],
    ['llm-semantic-cache-store', 'Store responses of large language model API requests to cache'],
    ['llm-token-limit', 'Limit large language model token usage'],
    ['log-to-eventhub', 'Log to event hub'],
    ['send-service-bus-message', 'Send service bus message'],
    ['publish-to-dapr', 'Send message to Pub/Sub topic (Dapr)'],
    ['invoke-dapr-binding', 'Trigger output binding (Dapr)'],
    ['sql-data-source', 'Azure SQL data source for resolver'],
  ),
]
