import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Diagnostic } from '../catalog/diagnostic.ts'
import { acceptableWarnings } from '../catalog/lint-rules.ts'
import { lintAlone } from '../explain/lint/document-rules.ts'
import { lintWorkspace } from '../explain/lint/lint.ts'
import { checkPolicyFile } from '../policies/check-policy-file.ts'
import { compilePolicies } from '../policies/compile-policies.ts'
import { inertPorts } from '../policies/inert-ports.ts'
import { readPolicy } from '../policies/read/read-policy.ts'
import { loadWorkspace } from '../workspace/load-workspace.ts'
import { type Command, type Io, UsageError } from './command.ts'
import { countDiagnostics, printDiagnostics, sortDiagnostics } from './print-diagnostics.ts'
import { looksLikeWorkspace } from './workspace-folder.ts'

export const checkCommand: Command = {
  name: 'check',
  summary: 'report every fault in a workspace, a policy file, or a folder of policy files',
  usage: ['check [WORKSPACE | POLICY.xml | FOLDER] [--environment NAME] [--json]'],
  details: `
A workspace is a folder with gatehouse.yaml or API Management artifacts; it is read whole, nothing is served. A policy file is looked
at alone: what it names and cannot be seen from there (named values, fragments, backends) is a warning.
Exits 1 when there are errors; warnings alone are fine.`,
  options: {
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print a JSON array of {file, line, column, severity, code, message, mend?}' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const path = resolve(io.cwd, args.positionals[0] ?? '.')
    const diagnostics = await diagnose(path, args.text('environment'), io)
    if (args.flag('json')) io.stdout.write(`${JSON.stringify(sortDiagnostics(diagnostics), null, 2)}\n`)
    else {
      printDiagnostics(diagnostics, io.stdout, io.env)
      io.stderr.write(`${countDiagnostics(diagnostics)}\n`)
    }
    return diagnostics.some(diagnostic => diagnostic.severity === 'error') ? 1 : 0
  },
}

async function diagnose(path: string, environment: string | undefined, io: Io): Promise<readonly Diagnostic[]> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) throw new UsageError(`there is no ${path}`)
  if (stats.isFile()) return isSettingsFile(path) ? checkWorkspace(resolve(path, '..'), environment, io) : checkFile(path)
  return looksLikeWorkspace(path) ? checkWorkspace(path, environment, io) : checkFolder(path)
}

const isSettingsFile = (path: string) => /[\\/]gatehouse\.yaml$/.test(path)

async function checkWorkspace(folder: string, environment: string | undefined, io: Io): Promise<readonly Diagnostic[]> {
  const { catalog, diagnostics } = await loadWorkspace({
    folder,
    env: io.env,
    ...(environment === undefined ? {} : { environment }),
  })
  const compiled = compilePolicies(catalog, inertPorts).diagnostics.map(withoutVaults)
  const isAcceptable = ({ code }: Diagnostic) => acceptableWarnings.includes(code)
  const faults = compiled.filter(diagnostic => !isAcceptable(diagnostic))
  return [...diagnostics, ...faults, ...lintWorkspace(catalog, compiled.filter(isAcceptable))]
}

/** Nothing is asked of the world outside: what only a key vault can tell is judged when the workspace is served. */
function withoutVaults(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.code === 'policy.key-vault' ? { ...diagnostic, severity: 'warning' } : diagnostic
}

function checkFolder(folder: string): readonly Diagnostic[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.toLowerCase().endsWith('.xml'))
  if (files.length === 0) throw new UsageError(`${folder} holds neither a workspace nor policy files (*.xml)`)
  return files.sort().flatMap(name => checkFile(join(folder, name)))
}

/** A file is named in its diagnostics as the caller would type it. */
function checkFile(path: string): readonly Diagnostic[] {
  const text = readFileSync(path, 'utf8')
  const shown = relative(process.cwd(), path)
  const file = shown.startsWith('..') ? path : shown
  return [...checkPolicyFile(file, text), ...lintAlone(readPolicy(file, text))]
}
