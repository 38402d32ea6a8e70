import type { World } from '../binding/binder.ts'
import type { RunDynamic } from './program.ts'

export function runDynamic(_world: World): RunDynamic {
  return () => {
    throw new TypeError('dynamic')
  }
}
