import { fail } from '../../types/exceptions.ts'

/** Far below what fills JavaScript's own stack, far above any document that a parser here lets through. */
const deepest = 600
let depth = 0

/** Runs one level of a recursion over a tree; a tree deeper than the cap ends it with .NET's exception, never a stack overflow. */
export function nested<T>(level: () => T): T {
  if (depth >= deepest) {
    fail('System.InsufficientExecutionStackException', 'Insufficient stack to continue executing the program safely.')
  }
  depth++
  try {
    return level()
  } finally {
    depth--
  }
}
