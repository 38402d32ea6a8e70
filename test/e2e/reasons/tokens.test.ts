import { directoryFile, directorySettings } from './directory.ts'
import { proveReasons } from './prove-reasons.ts'
import { tokenCases } from './token-cases.ts'

proveReasons('tokens', tokenCases, {
  files: { 'gatehouse.yaml': directorySettings, 'directory.yaml': directoryFile() },
  mended: { 'directory.yaml': directoryFile({ isMended: true }) },
})
