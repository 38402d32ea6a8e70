#!/usr/bin/env node
// Runs on any Node from 20 on, finds the pinned Node 24 that `npm ci` put beside it, and starts gatehouse.ts with that.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import './compile-cache.js'
import './end-with-npm.js'

const here = dirname(fileURLToPath(import.meta.url))
const built = join(here, '../dist/bin/gatehouse.js')
const entry = existsSync(join(here, 'gatehouse.ts')) ? join(here, 'gatehouse.ts') : built

function pinnedNode() {
  try {
    const packageFile = createRequire(import.meta.url).resolve('node/package.json')
    const binary = join(dirname(packageFile), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}

const major = Number(process.versions.node.split('.')[0])
if (major >= 24) {
  module.enableCompileCache()
  await import(entry)
} else {
  const node = pinnedNode()
  if (node === undefined) {
    process.stderr.write(
      `gatehouse needs Node 24; this is ${process.version}. Install it, or run "npm ci" in a checkout of Gatehouse: that brings the right one.\n`,
    )
    process.exit(2)
  }
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal !== null) process.kill(process.pid, signal)
    else process.exit(code ?? 1)
  })
}
