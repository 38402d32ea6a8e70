#!/usr/bin/env node
import { main } from '../src/cli/main.ts'

const args = process.argv.slice(2)

// whoever reads has seen enough (`gatehouse audit query | head`); a gateway serves on, with nobody listening to what it says
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (args[0] !== 'up') process.exit()
  })

process.exitCode = await main(args, {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
})
