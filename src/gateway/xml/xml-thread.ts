import { parentPort } from 'node:worker_threads'
import type { XmlSchemaSet } from '../../catalog/schema-document.ts'
import { InlineXmlEngine } from '../../policies/transform/inline-xml-engine.ts'
import type { FromXmlThread, ToXmlThread, XmlJob } from './xml-job.ts'

/** A thread for work on callers' XML: whoever started it ends it when a job takes too long (gateway/xml/threaded-xml-engine.ts). */
if (parentPort === null) throw new Error('this file runs as a worker thread')
const port = parentPort
const engine = new InlineXmlEngine()
const schemas = new Map<number, XmlSchemaSet>()

async function work(job: XmlJob): Promise<FromXmlThread> {
  if (job.type === 'transform')
    return { type: 'transform', result: await engine.transform(job.stylesheet, job.document, job.parameters) }
  const set = schemas.get(job.schemas)
  if (set === undefined) throw new Error('schemas that were never sent')
  return { type: 'validate', result: await engine.validate(set, job.document, job.form) }
}

port.on('message', (message: ToXmlThread) => {
  if (message.type === 'schemas') schemas.set(message.key, message.set)
  else
    work(message).then(
      answer => port.postMessage(answer),
      () => port.postMessage({ type: 'broken' } satisfies FromXmlThread),
    )
})
