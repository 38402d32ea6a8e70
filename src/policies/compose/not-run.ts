/** A policy of the API Management reference that Gatehouse does not run yet, and whose facts it does not know. It refuses to load: a step that does nothing would be a lie. */
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
    ['http-data-source', 'HTTP data source for resolver'],
    ['publish-event', 'Publish event to GraphQL subscription'],
  ),
  ...because(
    azureOnly,
    ['cosmosdb-data-source', 'Cosmos DB data source for resolver'],
    ['send-service-bus-message', 'Send service bus message'],
    ['sql-data-source', 'Azure SQL data source for resolver'],
  ),
]
