/** One step of a path: a property's name or an array's index. */
export type PathStep = string | number

const special = /[. '/"[\]()\t\n\r\f\b\\\u0085\u2028\u2029]/

/** `a.b[0]['odd name']`, as Newtonsoft writes the path of a token or of a reader. */
export function pathOf(steps: readonly PathStep[]): string {
  let path = ''
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`
    else if (special.test(step)) path += `['${escaped(step)}']`
    else path += path === '' ? step : `.${step}`
  }
  return path
}

function escaped(name: string): string {
  return name.replace(/[\\'\t\n\r\f\b\u0085\u2028\u2029]/g, char => {
    switch (char) {
      case '\t':
        return '\\t'
      case '\n':
        return '\\n'
      case '\r':
        return '\\r'
      case '\f':
        return '\\f'
      case '\b':
        return '\\b'
      case '\\':
      case "'":
        return `\\${char}`
      default:
        return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
    }
  })
}
