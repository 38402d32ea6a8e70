import { counted } from '../catalog/counted.ts'
import { examine } from '../explain/doctor/examine.ts'
import type { Finding } from '../explain/doctor/finding.ts'
import type { Command, Io } from './command.ts'
import { type Paint, paintFor } from './paint.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { printableTexts } from './printable.ts'
import { readAsAsked } from './read-as-asked.ts'
import { registrationsFor } from './registrations-for.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'what the policies ask of tokens, against what the directory has registered',
  usage: ['doctor [WORKSPACE] [--environment NAME] [--json]'],
  details: `
Compares audiences, issuers, clients, roles, scopes and groups of the policies with the applications of the local directory (or of the real tenant, over
Microsoft Graph, by the identity of the environment), and looks for secrets and certificates that end. Each mismatch comes with its mend; docs/doctor.md lists the codes.
Exits 0 when nothing but notes was found, 1 when there are mismatches, 2 when it could not compare.`,
  options: {
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over the artifacts' },
    json: { type: 'boolean', help: 'print a JSON array of {severity, code, message, mend, policy?, application?}' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const { catalog, errors } = await readAsAsked(workspaceFolder(args.positionals[0], io), args, io)
    if (errors.length > 0) {
      printDiagnostics(errors, io.stderr, io.env)
      io.stderr.write(`${countDiagnostics(errors)}: mend them first, there is nothing sound to compare\n`)
      return 2
    }
    const findings = examine(catalog, await registrationsFor(catalog, io), Date.now())
    if (args.flag('json')) io.stdout.write(`${JSON.stringify(findings, null, 2)}\n`)
    else print(printableTexts(findings), io)
    return findings.some(({ severity }) => severity !== 'note') ? 1 : 0
  },
}

function print(findings: readonly Finding[], io: Io): void {
  const paint = paintFor(io.stdout, io.env)
  for (const { severity, code, message, mend, policy } of findings) {
    const place = policy === undefined ? '' : paint.dim(`\n  at    ${policy.name}, ${policy.file}:${policy.line}`)
    io.stdout.write(`${colour(severity, paint)(severity)} ${code}: ${message}${place}\n  mend  ${mend}\n`)
  }
  const count = (wanted: Finding['severity']) => findings.filter(({ severity }) => severity === wanted).length
  const mismatches = count('error') + count('warning')
  const notes = count('note') === 0 ? '' : `, ${counted(count('note'), 'note')}`
  io.stderr.write(`${mismatches === 0 ? 'policies and directory fit' : counted(mismatches, 'mismatch', 'mismatches')}${notes}\n`)
}

function colour(severity: Finding['severity'], paint: Paint): (text: string) => string {
  if (severity === 'error') return paint.red
  return severity === 'warning' ? paint.yellow : paint.dim
}
