import type { Diagnostic } from '../catalog/diagnostic.ts'
import type { Compilation } from './compose/compilation.ts'
import { Diagnostics } from './compose/diagnostics.ts'
import { compileFragmentAlone, isWholeDocument } from './compose/loose-file.ts'
import { NamedValues } from './compose/named-values.ts'
import { compileDocument } from './compose/policy-document.ts'
import { knownPolicies } from './compose/registry.ts'
import { policyCompiler } from './context/policy-compiler.ts'
import { inertPorts } from './inert-ports.ts'
import { forgivePlaceholders } from './placeholders.ts'
import { type PolicyFile, readPolicy } from './read/read-policy.ts'
import { SourceText } from './read/source-text.ts'
import { sectionNames } from './step.ts'

/**
 * Checks a policy file that stands alone: a whole document, a fragment, or a bare snippet. What it names and cannot be seen from here
 * (named values, fragments, backends, what a template's placeholders stand for) is a warning. Its scope is unknown, so scopes are not judged.
 */
export function checkPolicyFile(file: string, text: string): readonly Diagnostic[] {
  const compilation: Compilation = {
    ports: inertPorts,
    diagnostics: new Diagnostics(),
    namedValues: new NamedValues([]),
    fragments: new Map(),
    workspace: { partial: true, backends: new Map(), certificates: [] },
    compiler: policyCompiler,
    policies: knownPolicies,
    places: [],
    counters: [],
  }
  const read = withRoot(readPolicy(file, text), text)
  if (isWholeDocument(read.roots) || read.roots.length === 0) compileDocument(read, undefined, compilation)
  else compileFragmentAlone(read, compilation)
  return forgivePlaceholders(compilation.diagnostics.all, text)
}

/** Sections without their root, as examples have them, are a document. */
function withRoot(read: PolicyFile, text: string): PolicyFile {
  const { roots } = read
  if (roots.length === 0 || !roots.every(({ name }) => sectionNames.some(known => known === name))) return read
  const whole = SourceText.at(text, 0, text.length)
  return { ...read, roots: [{ name: 'policies', offset: 0, attributes: [], children: roots, inner: whole, outer: whole }] }
}
