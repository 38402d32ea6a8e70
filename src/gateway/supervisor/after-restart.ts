import type { Catalog } from '../../catalog/catalog.ts'
import type { ListenerTls, Settings } from '../../catalog/settings.ts'

/** Settings of the gateway that its threads take when they begin to listen. */
const ofListening = ['listen', 'workers', 'maxHeaderBytes', 'headersTimeout', 'requestTimeout'] as const

/**
 * Names of the settings that differ and are in force only after a restart. What belongs to the whole process is held against the settings that it `started`
 * with, what belongs to listening against those that are `served`.
 */
export function changedUntilRestart(started: Settings, served: Settings, given: Settings): readonly string[] {
  const [before, after] = [served.gateway, given.gateway]
  return [
    ...ofListening.filter(name => differ(before[name], after[name])).map(name => `gateway.${name}`),
    ...(listensOtherwise(before.tls, after.tls) ? ['gateway.tls'] : []),
    ...(differ(started.store, given.store) ? ['store'] : []),
    ...(differ(started.telemetry, given.telemetry) ? ['telemetry'] : []),
    ...(differ(started.audit?.export, given.audit?.export) ? ['audit.export'] : []),
  ]
}

/** A catalog as it can be served: threads that listen already and one that takes another's place later speak the same protocol. */
export function asItListens(served: Settings, given: Catalog): Catalog {
  const { tls: before } = served.gateway
  const { tls: after, ...gateway } = given.settings.gateway
  if (!listensOtherwise(before, after)) return given
  return {
    ...given,
    settings: { ...given.settings, gateway: { ...gateway, ...(before === undefined ? {} : { tls: before }) } },
  }
}

/** Certificates, keys and authorities may change while a listener runs; whether it speaks TLS and what it asks of callers may not. */
function listensOtherwise(before: ListenerTls | undefined, after: ListenerTls | undefined): boolean {
  return before?.clientCertificate !== after?.clientCertificate
}

const differ = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other)
