import type { Io } from './command.ts'

export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

/** What paints, and ends it. */
export const colourCode = /\u001b\[(?:[0-2]|3[1-36])m/

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const

/** Colours on a terminal; plain text into files and pipes, and where NO_COLOR is set (https://no-color.org). */
export function paintFor(out: Io['stdout'], env: Io['env']): Paint {
  const colours = out.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text)
  return {
    bold: paint(codes.bold),
    dim: paint(codes.dim),
    red: paint(codes.red),
    green: paint(codes.green),
    yellow: paint(codes.yellow),
    cyan: paint(codes.cyan),
  }
}
