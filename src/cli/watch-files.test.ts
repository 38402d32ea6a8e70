import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { watchFiles } from './watch-files.ts'

test('a folder that is replaced as a whole is a change, again and again, and so is what is written in the new one', async () => {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-watch-'))
  const folder = join(root, 'workspace')
  mkdirSync(join(folder, 'apis', 'colors'), { recursive: true })
  let told: () => void = () => {}
  const watching = watchFiles(
    [folder],
    path => path.includes('.state'),
    () => told(),
  )
  const change = (make: () => void) =>
    new Promise<void>(resolve => {
      told = resolve
      make()
    })
  try {
    for (let i = 0; i < 3; i++) {
      mkdirSync(join(root, `next-${i}`, 'colors'), { recursive: true })
      writeFileSync(join(root, `next-${i}`, 'colors', 'policy.xml'), String(i))
      await change(() => {
        renameSync(join(folder, 'apis'), join(root, `before-${i}`))
        renameSync(join(root, `next-${i}`), join(folder, 'apis'))
      })
      await change(() => writeFileSync(join(folder, 'apis', 'colors', 'policy.xml'), 'again'))
    }
  } finally {
    watching.close()
    rmSync(root, { recursive: true })
  }
})
