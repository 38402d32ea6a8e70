import assert from 'node:assert/strict'
import { test } from 'node:test'
import { helpOf } from './command.ts'
import { commands } from './commands.ts'

test('each command is called and described in its file as in the list, and its help names every option', async () => {
  for (const entry of commands) {
    const command = await entry.load()
    assert.deepEqual([command.name, command.summary], [entry.name, entry.summary])
    const help = helpOf(command)
    for (const option of Object.keys(command.options)) assert.ok(help.includes(`--${option}`), `${entry.name} --${option}`)
  }
})
