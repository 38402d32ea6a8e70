import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { gatehouse } from '../harness/gatehouse.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

let demo: TemporaryWorkspace
let changed: TemporaryWorkspace

before(async () => {
  demo = await copyOfDemo('http://127.0.0.1:9')
  changed = await copyOfDemo('http://127.0.0.1:9')
  await changed.edit('apis/articles/operations/publish-article/policy.xml', text => text.replace('<value>publishers</value>', ''))
})
after(async () => {
  await demo?.remove()
  await changed?.remove()
})

test('what a user may do is tried with the token that the directory gives them', async () => {
  const { code, stdout, stderr } = await gatehouse(['access', demo.folder, '--as', 'rita@gazette.onmicrosoft.com'])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /✓ GET {4}\/articles\/$/m)
  assert.match(stdout, /✗ POST {3}\/articles\/ +token\.role roles: one of publishers, admins/)
  assert.match(stderr, /2 of 4 calls get through/)
})

test('what an application may do is tried as well, and somebody unknown is a wrong command line', async () => {
  const archive = await gatehouse(['access', demo.folder, '--as', 'Archive Service', '--json'])
  const table = JSON.parse(archive.stdout) as { may: boolean }[] // the command's documented form
  assert.equal(table.filter(({ may }) => may).length, 4)
  assert.equal((await gatehouse(['access', demo.folder, '--as', 'nobody@example.org'])).code, 2)
})

test('the difference of two folders is a line for whoever gains or loses, and exits 1', async () => {
  const { code, stdout } = await gatehouse(['access', 'diff', demo.folder, changed.folder])
  assert.equal(code, 1)
  assert.equal(stdout, '- role publishers loses POST /articles/\n')
  assert.equal((await gatehouse(['access', 'diff', demo.folder, demo.folder])).code, 0)
})

test('the difference to a git revision shows what a pull request changes', async () => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: changed.folder, stdio: 'pipe' })
  git('init', '--quiet')
  git('add', '.')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message', 'first')
  const fresh = await gatehouse(['access', 'diff', 'HEAD', '.'], { cwd: changed.folder })
  assert.equal(fresh.code, 0, fresh.stderr)
  await changed.edit('apis/articles/operations/list-articles/policy.xml', text => text.replace('<value>readers</value>', ''))
  const { code, stdout, stderr } = await gatehouse(['access', 'diff', 'HEAD', '.'], { cwd: changed.folder })
  assert.equal(code, 1, stderr)
  assert.equal(stdout, '- role readers loses GET /articles/\n')
  assert.equal((await gatehouse(['access', 'diff', 'no-such-revision', '.'], { cwd: changed.folder })).code, 2)
})
