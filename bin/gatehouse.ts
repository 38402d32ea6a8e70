#!/usr/bin/env node
import { defectText } from '../src/cli/defect-text.ts'
import { guardOutput } from '../src/cli/guard-output.ts'
import { main } from '../src/cli/main.ts'

const args = process.argv.slice(2)

// Node itself would print what a message holds as it is, to the terminal too, and exit with 1, which here means that the answer is no
process.on('uncaughtException', error => {
  guardOutput(process.stderr).write(defectText(error))
  process.exit(2)
})

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
