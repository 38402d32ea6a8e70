import type { Policy } from '../define-policy.ts'
import { checkHeader } from './check-header.ts'
import { choose } from './choose.ts'
import { setHeader } from './set-header.ts'

/** Every policy that runs, by its element's name in alphabetical order. */
export const policies: readonly Policy[] = [checkHeader, choose, setHeader]
