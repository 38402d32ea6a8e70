import { describeDefect } from '../gateway/run/describe-defect.ts'
import { version } from './version.ts'

/** What nobody foresaw and nobody caught, for whoever reports it: which program, and where it was thrown. */
export function defectText(error: unknown): string {
  const { platform, arch } = process
  const program = `gatehouse ${version()}, Node ${process.version}, ${platform}-${arch}`
  // a file that may not be read, a full disk: whoever runs it may see what to do
  const isSystem = error instanceof Error && 'syscall' in error
  const what = isSystem ? `the system refused: ${error.message}; mend that, else report it` : 'a defect of Gatehouse; report it'
  return `gatehouse: ${what} with what stands below (${program})\n${describeDefect(error)}\n`
}
