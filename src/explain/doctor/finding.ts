/** A place where what the policies ask and what the directory has registered do not fit. `code` is stable: docs/doctor.md lists them. */
export interface Finding {
  /** error: calls are refused for it. warning: some are, or will be. note: nothing fails, it could be tighter. */
  readonly severity: 'error' | 'warning' | 'note'
  readonly code: FindingCode
  readonly message: string
  /** What to change, and where. */
  readonly mend: string
  /** The policy that asks, when one does. */
  readonly policy?: PolicyPlace
  /** The application that it is about. */
  readonly application?: { readonly appId: string; readonly displayName: string }
}

export interface PolicyPlace {
  readonly name: string
  readonly file: string
  readonly line: number
}

export const findingCodes = [
  'audience.unknown',
  'audience.version',
  'issuer.version',
  'tenant.unknown',
  'client.unknown',
  'role.undeclared',
  'role.unassigned',
  'scope.undeclared',
  'groups.not-emitted',
  'groups.overage',
  'group.unknown',
  'group.unassigned',
  'assignment.not-required',
  'redirect.portal',
  'secret.expired',
  'secret.expiring',
  'certificate.expired',
  'certificate.expiring',
] as const

export type FindingCode = (typeof findingCodes)[number]
