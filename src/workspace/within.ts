import { join, resolve } from 'node:path'

/** A path in the settings is meant from the workspace's folder; an absolute one stays as it is. */
export function within(folder: string, path: string): string {
  return resolve(path) === path ? path : join(folder, path)
}
