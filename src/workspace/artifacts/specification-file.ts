import { join } from 'node:path'
import type { ApiType } from '../../catalog/catalog.ts'
import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import type { ArtifactSource } from './artifact-source.ts'

/** The specification in an API's folder, and what it says of the API's type. */
export interface SpecificationFile {
  /** The OpenAPI document, when that is what describes it. */
  readonly openApi?: string
  /** The type that the API's JSON names; a WADL or WSDL alone makes an API of that kind. */
  typeOf(named: string | undefined, properties: Fields, report: Report): ApiType
}

const openApiFiles = ['specification.yaml', 'specification.yml', 'specification.json']
const types = ['http', 'soap', 'graphql', 'websocket', 'grpc', 'odata'] as const

export async function findSpecification(source: ArtifactSource, folder: string): Promise<SpecificationFile> {
  const files = await source.files.files(folder)
  const openApi = openApiFiles.find(name => files.includes(name))
  const implied: ApiType = openApi !== undefined ? 'http' : impliedType(files)
  return {
    ...(openApi === undefined ? {} : { openApi: join(folder, openApi) }),
    typeOf: (named, properties, report) => {
      if (named === undefined || named.toLowerCase() === 'http') return implied
      const type = types.find(known => known === named.toLowerCase())
      if (type === undefined)
        report.error(properties.at('type'), 'value.choice', `'${named}' is not a type of API`, didYouMean(named, types))
      return type ?? implied
    },
  }
}

function impliedType(files: readonly string[]): ApiType {
  if (files.includes('specification.wadl')) return 'wadl'
  if (files.includes('specification.wsdl')) return 'soap'
  return files.includes('specification.graphql') ? 'graphql' : 'http'
}

const spoken = new Map<ApiType, string>([
  ['soap', 'SOAP APIs are'],
  ['graphql', 'GraphQL APIs are'],
  ['websocket', 'WebSocket APIs are'],
  ['grpc', 'gRPC APIs are'],
  ['wadl', 'APIs described in WADL are'],
])

/** Why calls to APIs of this type answer 501; undefined for those that are served. */
export function notServedReason(type: ApiType): string | undefined {
  const subject = spoken.get(type)
  return subject === undefined ? undefined : `${subject} not served yet`
}
