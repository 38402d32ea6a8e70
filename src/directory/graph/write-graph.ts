import type { GraphError } from './graph-error.ts'
import { requireWriting } from './permissions.ts'
import type { Reading } from './reading.ts'
import { applicationWriters } from './write-applications.ts'
import { assignmentWriters } from './write-assignments.ts'
import { grantWriters } from './write-grants.ts'
import { principalWriters } from './write-principals.ts'
import { secretWriters } from './write-secrets.ts'
import { beginWrite, type Writer, type Written } from './writer.ts'

const writers: ReadonlyMap<string, Writer> = new Map(
  Object.entries({ ...applicationWriters, ...secretWriters, ...assignmentWriters, ...principalWriters, ...grantWriters }),
)

/** A write that Graph takes here, or undefined when the path is none that is written to. `path`: what stands after `/v1.0`, its keys taken out. */
export function writeGraph({ services, tenant, caller, request }: Reading, path: readonly string[]): Written | undefined {
  const [name = '', id, what, item, ref] = path
  if (request.method === 'GET' || path.length > 5) return undefined
  const parts = [
    name,
    id === undefined ? '' : '{}',
    what ?? '',
    item === undefined || item === '$ref' ? (item ?? '') : '{}',
    ref ?? '',
  ]
  const writer = writers.get(`${request.method} ${parts.filter(part => part !== '').join('/')}`)
  if (writer === undefined) return undefined
  const refused: GraphError | undefined = requireWriting(tenant, caller, writer.needs)
  return refused ?? writer.run(beginWrite(services, request, id ?? '', item ?? ''))
}
