import type { Diagnostic } from '../catalog/diagnostic.ts'

/** What a template's directives may put in or leave out. */
const ofStructure = new Set(['policy.unexpected-text', 'policy.too-many', 'policy.missing-child'])
/** `some header name`, `<tenant>`: whoever copies it writes the real one. */
const ofExamples = new Set(['policy.header-name', 'policy.markup', 'policy.tenant'])

/**
 * `${name}` and `%{ if … }` of Terraform, `{name}`, `<name>` and `THE_NAME` of samples, and what the reference's own examples write for a number or for more;
 * `{{name}}` is a named value, and known.
 */
const placeholder =
  /\$\{[^}\n]*\}|%\{|(?<![{$"])\{[\w-]+\}(?!\})|<[\w-]+>\.|^(?:seconds|number|…|\.\.\.|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/
/** In C#: `${name}`, `{the-name}` inside a text, a name like `THE_NAME` that is not there. */
const placeholderInCode = /\$\{|\{[a-z]+(?:-[a-z]+)+\}/
const missingConstant = /^The name '[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+' does not exist/

/**
 * A loose file may be a template that other tools fill before Azure reads it: what its placeholders could change is a warning, with the reason. Only
 * for files that are looked at alone: in a workspace nothing fills them.
 */
export function forgivePlaceholders(diagnostics: readonly Diagnostic[], text: string): readonly Diagnostic[] {
  const directives = /%\{|>\s*\$\{[^}\n]*\}\s*</.test(text)
  const lines = text.split('\n')
  return diagnostics.map(diagnostic => {
    const { severity, code, line, column, message } = diagnostic
    if (severity !== 'error') return diagnostic
    const forgiven =
      ofExamples.has(code) ||
      (ofStructure.has(code)
        ? directives || holdsPlaceholder(lines[line - 1] ?? '', column)
        : (code === 'policy.bad-value' && (placeholder.test(message) || holdsPlaceholder(lines[line - 1] ?? '', column))) ||
          (code.startsWith('CS') && (placeholderInCode.test(lines[line - 1] ?? '') || missingConstant.test(message))))
    if (!forgiven) return diagnostic
    return { ...diagnostic, severity: 'warning', mend: 'check the file again with its placeholders filled in' }
  })
}

/** Whether the value (or the element) at a column holds one. */
function holdsPlaceholder(line: string, column: number): boolean {
  const rest = line.slice(column - 1)
  const [value = ''] = rest.startsWith('<') ? [rest] : rest.split(/["<]/, 1)
  return placeholder.test(value.trim())
}
