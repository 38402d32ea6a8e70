import type { Command } from './command.ts'

/** A command's name, its line in the list, and its file, which is read only when the command is asked for. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  load(): Promise<Command>
}

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'up',
    summary: 'serve a workspace (none named: the one you stand in, else the demo)',
    load: async () => (await import('./up.ts')).upCommand,
  },
  {
    name: 'check',
    summary: 'report every fault in a workspace, a policy file, or a folder of policy files',
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'eval',
    summary: 'evaluate policy expressions as API Management would',
    load: async () => (await import('./eval.ts')).evalCommand,
  },
  {
    name: 'token',
    summary: "print an access token of the workspace's local directory",
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  {
    name: 'directory',
    summary: 'the local directory: trust its certificate, roll its signing key over, export it',
    load: async () => (await import('./directory.ts')).directoryCommand,
  },
  {
    name: 'doctor',
    summary: 'what the policies ask of tokens, against what the directory has registered',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'connection',
    summary: 'OAuth connections of get-authorization-context: list them, consent to one, forget its tokens',
    load: async () => (await import('./connection.ts')).connectionCommand,
  },
  {
    name: 'grant',
    summary: 'ask for a role for a time; approve, deny, revoke and list such grants',
    load: async () => (await import('./grant.ts')).grantCommand,
  },
  {
    name: 'audit',
    summary: 'read the trail of decisions; prove that it is whole',
    load: async () => (await import('./audit.ts')).auditCommand,
  },
  {
    name: 'explain',
    summary: 'why a call is, or was, decided so, and what would change it',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'trace',
    summary: 'make a debug token for an API; fetch the trace of a call that brought one',
    load: async () => (await import('./trace.ts')).traceCommand,
  },
  {
    name: 'test',
    summary: "run the workspace's policy tests (*.test.yaml)",
    load: async () => (await import('./test.ts')).testCommand,
  },
  {
    name: 'replay',
    summary: 'run recorded calls against changed policies; list those that come out otherwise',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  {
    name: 'eject',
    summary: 'write the APIs and products of gatehouse.yaml as API Management artifacts',
    load: async () => (await import('./eject.ts')).ejectCommand,
  },
  {
    name: 'access',
    summary: 'who may call which operation, and which operations nobody guards',
    load: async () => (await import('./access.ts')).accessCommand,
  },
  {
    name: 'backends',
    summary: 'the backends, and which of them a circuit breaker keeps calls from',
    load: async () => (await import('./backends.ts')).backendsCommand,
  },
]
