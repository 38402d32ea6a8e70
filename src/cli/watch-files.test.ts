import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { watchFiles } from './watch-files.ts'

/** A folder that is watched, and what waits for a change of it to be told. */
async function watching(run: (root: string, change: (make: () => void) => Promise<void>) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-watch-'))
  mkdirSync(join(root, 'workspace', 'apis', 'colors'), { recursive: true })
  let told: () => void = () => {}
  const ignore = (path: string) => path.includes('.state')
  const watcher = watchFiles([join(root, 'workspace')], ignore, () => told())
  const change = (make: () => void) =>
    new Promise<void>(resolve => {
      told = resolve
      make()
    })
  try {
    await run(root, change)
  } finally {
    watcher.close()
    rmSync(root, { recursive: true })
  }
}

test('a folder that is replaced as a whole is a change, again and again, and so is what is written in the new one', () =>
  watching(async (root, change) => {
    const apis = join(root, 'workspace', 'apis')
    for (let i = 0; i < 3; i++) {
      mkdirSync(join(root, `next-${i}`, 'colors'), { recursive: true })
      writeFileSync(join(root, `next-${i}`, 'colors', 'policy.xml'), String(i))
      await change(() => {
        renameSync(apis, join(root, `before-${i}`))
        renameSync(join(root, `next-${i}`), apis)
      })
      await change(() => writeFileSync(join(apis, 'colors', 'policy.xml'), 'again'))
    }
  }))

test('a file that is replaced by another is a change each time, and so is what is written into it afterwards', () =>
  watching(async (root, change) => {
    const file = join(root, 'workspace', 'apis', 'colors', 'policy.xml')
    await change(() => writeFileSync(file, 'first'))
    for (let i = 0; i < 4; i++) {
      writeFileSync(join(root, 'next.xml'), String(i))
      await change(() => renameSync(join(root, 'next.xml'), file))
      await change(() => writeFileSync(file, `in place ${i}`))
    }
    await change(() => rmSync(file))
    await change(() => writeFileSync(file, 'there again'))
  }))

test('what is written into a folder that was made meanwhile is a change', () =>
  watching(async (root, change) => {
    const folder = join(root, 'workspace', 'apis', 'shapes', 'operations')
    await change(() => mkdirSync(folder, { recursive: true }))
    await change(() => writeFileSync(join(folder, 'policy.xml'), 'new'))
    await change(() => writeFileSync(join(folder, 'policy.xml'), 'newer'))
  }))
