import type { PolicyElement, PolicyFile } from '../read/read-policy.ts'
import type { Compilation } from './compilation.ts'
import { checkFragmentRoot, ElementCompiler, fragmentContent } from './compile-elements.ts'
import { placeIn } from './policy-document.ts'

/** Checks a fragment (or a bare snippet) without knowing where it will be included: sections and scopes are not judged. */
export function compileFragmentAlone(file: PolicyFile, compilation: Compilation): void {
  for (const diagnostic of file.diagnostics) compilation.diagnostics.add(diagnostic)
  const place = placeIn(file, 'operation', 'inbound', new Map(), true)
  checkFragmentRoot(file, compilation, place)
  new ElementCompiler(compilation).section(fragmentContent(file.roots), place)
}

/** Whether the file is a whole document, with a root `<policies>`; else it is a fragment or a snippet. */
export function isWholeDocument(roots: readonly PolicyElement[]): boolean {
  return roots.some(root => root.name === 'policies')
}
