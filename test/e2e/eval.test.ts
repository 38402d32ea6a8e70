import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gatehouse } from '../harness/gatehouse.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

let folder: TemporaryWorkspace
before(async () => {
  folder = await temporaryWorkspace({
    'cases.json': JSON.stringify([
      { id: 'sum', expression: '@(1 + 2L)' },
      {
        id: 'header',
        expression: '@(context.Request.Headers.GetValueOrDefault("X-Team", "none"))',
        context: { request: { headers: { 'x-team': ['red', 'blue'] } } },
      },
      { id: 'null', expression: '@((string)null)' },
      { id: 'thrown', expression: '@(int.Parse("x"))' },
      { id: 'wrong', expression: '@(context.Nothing)' },
      { id: 'unsafe', expression: '@("x".GetType().Assembly)' },
      { id: 'endless', expression: '@{ while (true) { } }' },
    ]),
    'context.json': JSON.stringify({ variables: { whole: 5, broken: 2.5 }, request: { method: 'PUT' } }),
    'broken.json': '[{',
  })
})
after(() => folder.remove())

test('each case is answered by one JSON line with type and value, or the exception', async () => {
  const { stdout, code, stderr } = await gatehouse(['eval', '--input', 'cases.json'], { cwd: folder.folder })
  assert.equal(code, 0, stderr)
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  const short = lines.map(({ id, ok, type, value, error }) => (ok ? [id, type, value] : [id, error]))
  assert.deepEqual(short.slice(0, 5), [
    ['sum', 'System.Int64', '3'],
    ['header', 'System.String', 'red,blue'],
    ['null', null, null],
    ['thrown', 'System.FormatException'],
    ['wrong', 'CompileError'],
  ])
  assert.equal(lines[5].ok, false)
  assert.equal(lines[6].ok, false, 'an endless loop ends')
  assert.match(lines[4].message, /CS1061/)
})

test('one expression is evaluated over a context file', async () => {
  const run = (expression: string) => gatehouse(['eval', expression, '--context', 'context.json'], { cwd: folder.folder })
  assert.deepEqual(JSON.parse((await run('@((int)context.Variables["whole"] + context.Request.Method)')).stdout), {
    ok: true,
    type: 'System.String',
    value: '5PUT',
  })
  assert.deepEqual(JSON.parse((await run('@((double)context.Variables["broken"] * 2)')).stdout), {
    ok: true,
    type: 'System.Double',
    value: '5',
  })
  assert.equal((await run('@(1 / int.Parse("0"))')).code, 1)
})

test('without an argument it is a prompt that takes several lines and a context', async () => {
  const { stdout, code } = await gatehouse(['eval'], {
    cwd: folder.folder,
    input: '1 + 1\nnew[] { 1,\n2 }.Sum()\n:context context.json\ncontext.Request.Method\nvar x = 3; return x * 2;\n:quit\n',
  })
  assert.equal(code, 0)
  assert.deepEqual(stdout.trim().split('\n'), [
    '2   (System.Int32)',
    '3   (System.Int32)',
    'PUT   (System.String)',
    '6   (System.Int32)',
  ])
})

test('what cannot be read is a usage error', async () => {
  for (const args of [
    ['eval', '--input', 'none.json'],
    ['eval', '--input', 'broken.json'],
    ['eval', '@(1)', '--input', 'cases.json'],
    ['eval', '--no-such-flag'],
  ]) {
    const { code, stderr } = await gatehouse(args, { cwd: folder.folder })
    assert.equal(code, 2, args.join(' '))
    assert.match(stderr, /^gatehouse eval: /)
  }
})
