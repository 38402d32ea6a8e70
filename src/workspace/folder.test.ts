import assert from 'node:assert/strict'
import { rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeFileSystem } from './file-system.ts'
import { caps, workspaceFiles } from './folder.ts'
import { createReport } from './report.ts'
import { temporaryFolder } from './testing/temporary-workspace.ts'

test('linked files and folders count as what they lead to, and a circle of links traps nothing', async t => {
  const folder = await temporaryFolder(t, { 'real/a.txt': 'a', 'real/sub/b.txt': 'b' })
  await symlink(join(folder, 'real'), join(folder, 'linked'))
  await symlink(join(folder, 'real/a.txt'), join(folder, 'a.txt'))
  await symlink(join(folder, 'loop'), join(folder, 'loop'))
  await symlink(folder, join(folder, 'real/up'))
  const report = createReport()
  const files = workspaceFiles(nodeFileSystem, report)
  assert.deepEqual(await files.folders(folder), ['linked', 'real'])
  assert.deepEqual(await files.files(folder), ['a.txt', 'loop'])
  assert.equal(await files.text(join(folder, 'linked/a.txt')), 'a')
  assert.equal(await files.text(join(folder, 'loop')), undefined)
  assert.deepEqual(
    report.diagnostics.map(({ code }) => code),
    ['file.unreadable'],
  )
})

test('a byte order mark is not part of the text', async t => {
  const folder = await temporaryFolder(t, { 'a.json': '\uFEFF{"a": 1}' })
  const report = createReport()
  const root = await workspaceFiles(nodeFileSystem, report).object(join(folder, 'a.json'))
  assert.deepEqual([root?.at.column, report.diagnostics], [1, []])
})

test('past the cap nothing more is read, which is said once', async () => {
  const report = createReport()
  const readFile = async () => ({ ok: true, text: '' }) as const
  const files = workspaceFiles({ ...nodeFileSystem, readFile, readDir: async () => [] }, report)
  for (let index = 0; index < caps.files; index++) assert.equal(await files.text(`/w/${index}`), '')
  assert.equal(await files.text('/w/one-more'), undefined)
  assert.equal(await files.text('/w/and-another'), undefined)
  assert.deepEqual(
    report.diagnostics.map(({ code }) => code),
    ['workspace.tooManyFiles'],
  )
})

test('what was looked for and is absent is watched as well', async t => {
  const folder = await temporaryFolder(t, { 'a.txt': 'a' })
  await rename(join(folder, 'a.txt'), join(folder, 'b.txt'))
  const files = workspaceFiles(nodeFileSystem, createReport())
  assert.equal(await files.text(join(folder, 'a.txt')), undefined)
  assert.deepEqual(files.visited(), [join(folder, 'a.txt')])
})
