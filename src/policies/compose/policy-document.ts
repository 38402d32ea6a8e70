import type { PolicyElement, PolicyFile } from '../read/read-policy.ts'
import { type ScopeName, type SectionName, type Step, sectionNames } from '../step.ts'
import { type Compilation, type Place, report } from './compilation.ts'
import { type base, ElementCompiler } from './compile-elements.ts'
import { nearestName } from './nearest-name.ts'

/** A document's sections compiled for one scope. A section that is not there inherits, as one that holds only `<base />`. */
export interface CompiledDocument {
  readonly scope: ScopeName
  readonly sections: ReadonlyMap<SectionName, readonly (Step | typeof base)[]>
  readonly sound: boolean
  /** Sections with a `<base />` inside a policy. */
  readonly nestsBase: ReadonlySet<SectionName>
}

/** Compiles a whole policy document (root `<policies>`), for a scope when that is known. All faults are reported. */
export function compileDocument(file: PolicyFile, knownScope: ScopeName | undefined, compilation: Compilation): CompiledDocument {
  const scope = knownScope ?? 'operation'
  const errorsBefore = compilation.diagnostics.errors
  for (const diagnostic of file.diagnostics) compilation.diagnostics.add(diagnostic)
  const sections = new Map<SectionName, readonly (Step | typeof base)[]>()
  const compiler = new ElementCompiler(compilation)
  const document = new Map<string, number>()
  for (const { name, element } of sectionsOf(file, compilation)) {
    const place = { ...placeIn(file, scope, name, document), anyScope: knownScope === undefined }
    checkBare(element, place, compilation)
    if (scope === 'global') warnOfBase(element, place, compilation)
    sections.set(name, compiler.section(element.children, place))
  }
  return { scope, sections, sound: compilation.diagnostics.errors === errorsBefore, nestsBase: compiler.nestsBase }
}

/** The place at the top of a section. */
export function placeIn(
  file: PolicyFile,
  scope: ScopeName,
  section: SectionName,
  document: Map<string, number>,
  anySection = false,
): Place {
  const counts = { section: new Map<string, number>(), document }
  return {
    file,
    scope,
    section,
    anySection,
    anyScope: anySection,
    ancestors: [section],
    path: '',
    fragments: [],
    counts,
    message: 'own',
  }
}

interface FoundSection {
  readonly name: SectionName
  readonly element: PolicyElement
}

function sectionsOf(file: PolicyFile, compilation: Compilation): readonly FoundSection[] {
  const [root, second] = file.roots
  const place = placeIn(file, 'global', 'inbound', new Map())
  const fault = (offset: number, message: string, mend: string) =>
    report(compilation, place, 'error', offset, 'policy.structure', message, mend)
  if (root === undefined) {
    if (file.diagnostics.length === 0)
      fault(0, 'the document is empty', 'put <policies><inbound><base /></inbound>…</policies> into it')
    return []
  }
  if (root.name !== 'policies' || second !== undefined) {
    const culprit = root.name === 'policies' && second !== undefined ? second : root
    fault(culprit.offset, 'a policy document has one root, `<policies>`', 'put the sections into <policies>')
    return []
  }
  checkBare(root, place, compilation)
  const found: FoundSection[] = []
  for (const element of root.children) {
    const name = sectionNames.find(known => known === element.name)
    if (name === undefined) {
      const nearest = nearestName(element.name, sectionNames)
      const mend = nearest === undefined ? `sections are ${sectionNames.join(', ')}` : `did you mean <${nearest}>?`
      fault(element.offset, `\`${element.name}\` is no section of a policy document`, mend)
    } else if (found.some(one => one.name === name))
      fault(element.offset, `the section \`${name}\` stands there twice`, 'make them one')
    else found.push({ name, element })
  }
  return found
}

/** The root and the sections take neither attributes nor text. */
function checkBare(element: PolicyElement, place: Place, compilation: Compilation): void {
  for (const { name, offset } of element.attributes) {
    report(
      compilation,
      place,
      'error',
      offset,
      'policy.unknown-attribute',
      `\`${element.name}\` has no attribute \`${name}\``,
      'take it out',
    )
  }
  if (element.text === undefined) return
  const offset = element.text.source.trim().offsetOf(0)
  report(compilation, place, 'error', offset, 'policy.unexpected-text', `\`${element.name}\` takes no text`, 'take the text out')
}

function warnOfBase(section: PolicyElement, place: Place, compilation: Compilation): void {
  for (const element of section.children.filter(child => child.name === 'base')) {
    const message = '`base` has no effect in the global policy: no scope is wider'
    report(
      compilation,
      place,
      'warning',
      element.offset,
      'policy.base-at-global',
      message,
      'take it out; in backend, write <forward-request />',
    )
  }
}
