import { readPolicy } from '../../../policies/read/read-policy.ts'
import { lintAlone } from '../document-rules.ts'

/** Codes and lines of what is found in one document: each policy on a line of its own, from line 3. */
export function found(section: string, ...lines: readonly string[]): readonly string[] {
  const text = `<policies>\n<${section}>\n${lines.join('\n')}\n</${section}>\n</policies>`
  return lintAlone(readPolicy('p.xml', text)).map(({ code, line }) => `${code.slice(5)} ${line}`)
}
