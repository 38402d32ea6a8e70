import type { Ports } from './ports.ts'

const never = () => {
  throw new Error('a policy that is only checked was run')
}

/** Ports for policies that are compiled to be checked and never run. */
export const inertPorts: Ports = {
  now: never,
  uuid: never,
  delay: never,
  forward: never,
  send: never,
  counters: { slide: never, fill: never, enter: never, leave: never },
  cache: { get: never, set: never, delete: never },
  tokens: { verify: never },
  managedIdentityToken: never,
  xml: { transform: never, validate: never },
  maxBufferedBodyBytes: 0,
  metric: never,
  log: never,
}
