import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventHubSink } from '../../audit/export/event-hub-sink.ts'
import type { ExportSink } from '../../audit/export/export-sink.ts'
import { folderSink } from '../../audit/export/folder-sink.ts'
import { kafkaSink } from '../../audit/export/kafka/kafka-sink.ts'
import { otlpSink } from '../../audit/export/otlp-sink.ts'
import { type ExportStatus, TrailExporter } from '../../audit/export/trail-exporter.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { AuditExportSettings } from '../../catalog/settings.ts'
import { credentialSourceOf, ownCredential } from '../../identity/credential-source.ts'
import { cloudOf } from '../../identity/graph/open-graph.ts'
import { createIdentityFetch } from '../../identity/http-fetch.ts'
import { ManagedIdentity } from '../../identity/managed-identity.ts'
import { ownScope, type Sample } from '../telemetry/samples.ts'
import { telemetryResource } from '../telemetry/telemetry-resource.ts'
import { gauge } from '../telemetry/thread-metrics.ts'
import type { IdentityBinding } from './messages.ts'

export interface AuditExportOptions {
  readonly catalog: Catalog
  readonly identity: IdentityBinding
  /** The folder of the trail's segments. */
  readonly folder: string
  log(message: string, severity: 'information' | 'error'): void
}

/** All receivers that the trail is sent on to, each by itself: one that is away holds up no other. */
export class AuditExports {
  readonly #exporters: readonly TrailExporter[]
  readonly #closeIdentity: () => Promise<void>
  #taken: readonly ExportStatus[] = []

  constructor(exporters: readonly TrailExporter[], closeIdentity: () => Promise<void>) {
    this.#exporters = exporters
    this.#closeIdentity = closeIdentity
  }

  /** What they did since they were asked last. */
  take(): Sample[] {
    const now = this.#exporters.map(({ status }) => status)
    const samples = now.flatMap((status, at) => samplesOf(status, this.#taken[at]))
    this.#taken = now
    return samples
  }

  async close(): Promise<void> {
    await Promise.all(this.#exporters.map(exporter => exporter.close()))
    await this.#closeIdentity()
  }
}

/** Undefined when the workspace sends its trail nowhere. */
export async function openAuditExports(options: AuditExportOptions): Promise<AuditExports | undefined> {
  const { catalog, folder, log } = options
  const settings = catalog.settings.audit?.export
  if (settings === undefined) return undefined
  const identity = ownIdentity(options)
  const sinks = await openSinks(settings, identity.managed)
  const exporters = sinks.map(
    sink => new TrailExporter({ folder, positionFile: join(catalog.settings.state, 'audit-export', nameOf(sink)), sink, log }),
  )
  return new AuditExports(exporters, identity.close)
}

/** A receiver that takes another's place begins at the beginning. */
function nameOf({ kind, place }: ExportSink): string {
  return `${kind}-${createHash('sha256').update(place).digest('hex').slice(0, 16)}.json`
}

async function openSinks(settings: AuditExportSettings, managed: ManagedIdentity): Promise<ExportSink[]> {
  const { otlp, folder, eventHub, kafka } = settings
  return [
    ...(otlp === undefined ? [] : [await otlpSink(otlp, await telemetryResource())]),
    ...(folder === undefined ? [] : [folderSink(folder)]),
    ...(eventHub === undefined ? [] : [eventHubSink(eventHub, { token: resource => managed.token(resource), now: Date.now })]),
    ...(kafka === undefined ? [] : [kafkaSink(kafka, Date.now)]),
  ]
}

/** The identity whose tokens policies bring to backends, in this thread. */
function ownIdentity({ catalog, identity }: AuditExportOptions) {
  const { exchange, close } = createIdentityFetch(
    identity.kind === 'directory' ? { local: { tenant: identity.tenant, directory: identity.directory } } : {},
  )
  const { directory, settings } = catalog
  const credential = ownCredential(catalog)
  const application = settings.identity.managedIdentity
  const source = credentialSourceOf({
    env: process.env,
    authorityHost: cloudOf(catalog).login,
    ...(credential === undefined ? {} : { credential }),
    ...(identity.kind !== 'directory' || directory === undefined ? {} : { directory }),
    ...(application === undefined ? {} : { application }),
  })
  const readText = (path: string) => readFile(path, 'utf8')
  return { managed: new ManagedIdentity({ source, exchange, readText, now: Date.now }), close }
}

function samplesOf(status: ExportStatus, before: ExportStatus | undefined): Sample[] {
  const labels = [['destination', status.kind]] as const
  const grown = (
    name: 'gatehouse_audit_exported_total' | 'gatehouse_audit_export_outages_total' | 'gatehouse_audit_export_lost_total',
    of: (one: ExportStatus) => number,
  ): Sample => ({
    kind: 'counter',
    scope: ownScope,
    name,
    labels,
    value: of(status) - (before === undefined ? 0 : of(before)),
  })
  return [
    gauge('gatehouse_audit_export_up', status.isFailing ? 0 : 1, labels),
    grown('gatehouse_audit_export_outages_total', ({ outages }) => outages),
    grown('gatehouse_audit_exported_total', ({ sent }) => sent),
    grown('gatehouse_audit_export_lost_total', ({ rejected }) => rejected),
  ]
}
