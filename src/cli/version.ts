import { readFileSync } from 'node:fs'

/** The version in package.json. */
export function version(): string {
  // from src/cli in the checkout and from dist/src/cli when built
  for (const relative of ['../../package.json', '../../../package.json']) {
    const file = new URL(relative, import.meta.url)
    const text = readIfThere(file)
    if (text === undefined) continue
    const manifest: unknown = JSON.parse(text)
    if (
      manifest !== null &&
      typeof manifest === 'object' &&
      'name' in manifest &&
      manifest.name === 'gatehouse' &&
      'version' in manifest
    )
      return String(manifest.version)
  }
  return 'unknown'
}

function readIfThere(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
