import { auditCommand } from './audit.ts'
import { checkCommand } from './check.ts'
import type { Command } from './command.ts'
import { evalCommand } from './eval.ts'
import { tokenCommand } from './token.ts'
import { upCommand } from './up.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [upCommand, checkCommand, evalCommand, tokenCommand, auditCommand]
