import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { issue } from '../../src/expressions/runtime/data/testing/make-certificates.ts'
import { command } from '../harness/command.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const inbound = `
    <choose>
      <when condition="@(context.Request.Method == "GET" &amp;&amp; context.Request.Headers.GetValueOrDefault("X-Team", "") == "night")">
        <return-response><set-status code="403" reason="Forbidden" /></return-response>
      </when>
      <when condition="@(context.Request.Headers.ContainsKey("X-Count") &amp;&amp; int.Parse(context.Request.Headers["X-Count"][0]) > 3)" />
      <when condition="@(context.Request.Headers.GetValueOrDefault("X-Api-Key", "") != "s3cr3t")">
        <set-header name="X-Color" exists-action="override"><value>red</value></set-header>
      </when>
    </choose>`

let workspace: TemporaryWorkspace
before(async () => {
  workspace = await temporaryWorkspace({
    ...artifactsOf('a', { x: '/x' }),
    'apis/a/policy.xml': `<policies>\n  <inbound>${inbound}\n  </inbound>\n</policies>\n`,
  })
})
after(() => workspace?.remove())

const explain = (...args: string[]) => command(['explain', workspace.folder, '--url', '/a/x', ...args])
const header = 'context.Request.Headers.GetValueOrDefault("X-Team", "")'

test('explain shows what the conditions of a choose compared, and no credential', async () => {
  const args = ['--header', 'X-Team: day', '--header', 'X-Api-Key: of-the-caller']
  const { code, stdout, stderr } = await explain(...args)
  assert.equal(code, 0, stderr)
  const lines = stdout.split('\n').map(line => line.trim())
  const at = lines.findIndex(line => line.includes('condition 1 at line'))
  assert.deepEqual(lines.slice(at + 1, at + 5), [
    'true: context.Request.Method == "GET"',
    'context.Request.Method is "GET"',
    `false: ${header} == "night"`,
    `${header} is "day"`,
  ])
  assert.match(stdout, /true: context\.Request\.Headers\.GetValueOrDefault\("X-Api-Key", "…"\) != "…"/)
  const json = await explain(...args, '--json')
  for (const shown of [stdout, json.stdout]) assert.ok(!/s3cr3t|of-the-caller/.test(shown), shown)
  const { steps } = JSON.parse(json.stdout) as { steps: { comparisons: { parts: object[] }[] }[] } // the documented form
  assert.deepEqual(steps[0]?.comparisons[0]?.parts[1], {
    text: `${header} == "night"`,
    holds: false,
    values: [{ of: header, value: 'day' }],
  })
})

test('explain names the part of a condition that threw, and its line', async () => {
  const { code, stdout } = await explain('-H', 'X-Count: many')
  assert.equal(code, 1)
  assert.match(stdout, /^failed: 500 policy\.expression/)
  assert.match(stdout, /^ {2}decided +choose at .*policy\.xml:7 /m)
  const lines = stdout.split('\n').map(line => line.trim())
  const at = lines.findIndex(line => line.includes('condition 2 at line 7: has [threw System.FormatException]'))
  assert.deepEqual(lines.slice(at + 1, at + 3), [
    'true: context.Request.Headers.ContainsKey("X-Count")',
    'threw: int.Parse(context.Request.Headers["X-Count"][0]) > 3',
  ])
})

test('explain names the page of what turned the call away, and none for a call that passes', async () => {
  const args = ['--header', 'X-Team: night']
  const refused = await explain(...args)
  assert.equal(refused.code, 1, refused.stderr)
  const [, shown = ''] = /^ {2}page +(.*)$/m.exec(refused.stdout) ?? []
  assert.match(readFileSync(shown, 'utf8'), /^# policy\.returned-response\n/)
  const { page } = JSON.parse((await explain(...args, '--json')).stdout) as { page: string } // the documented form
  assert.equal(page, 'docs/errors/policy.returned-response.md')
  const allowed = await explain('--header', 'X-Team: day')
  assert.doesNotMatch(allowed.stdout, /^ {2}page /m)
})

test('a call that the gateway turns away unread is explained so, with what is wrong with it', async () => {
  const chunked = ['--header', 'Transfer-Encoding: chunked']
  for (const [wrong, ...args] of [
    ['Invalid method encountered', '--method', 'FOO'],
    ['a Host that is no host', '--header', 'Host: a"b'],
    ['more than one Host', '--header', 'Host: a', '--header', 'Host: b'],
    ["Content-Length can't be present with Transfer-Encoding", ...chunked, '--header', 'Content-Length: 3'],
  ] as const) {
    const { code, stdout } = await explain(...args)
    assert.equal(code, 1)
    assert.match(stdout, /^refused: 400 request\.malformed/)
    assert.match(stdout, /^ {2}route +decided before an API was looked for$/m)
    assert.ok(stdout.includes(`The caller mends its client: ${wrong}.`), stdout)
  }
  const large = await explain('--header', `X-Large: ${'x'.repeat(40_000)}`)
  assert.match(large.stdout, /^refused: 431 request\.headers-too-large/)
  assert.match(large.stdout, /less than 32768 bytes of request line and headers, in 1000 headers at most/)
})

test('explain says what the gateway answers itself, and that no policy is asked', async () => {
  const own = (url: string, ...args: string[]) => command(['explain', workspace.folder, '--url', url, ...args])
  const status = await own('/status-0123456789abcdef')
  assert.equal(status.code, 0, status.stderr)
  assert.match(status.stdout, /^allowed: 200 allowed/)
  assert.match(status.stdout, /note +The gateway answers this path itself/)
  assert.match((await own('/status-0123456789abcdef', '--method', 'POST')).stdout, /^refused: 404 route\.no-api/)
  const trace = await own('/traces-0123456789abcdef/1')
  assert.match(trace.stdout, /^refused: 404 [\s\S]*only the running gateway knows/)
})

test('a handshake counts as taken by the backend, and what no connection brings is none to explain', async () => {
  const handshake = await explain('--header', 'Connection: Upgrade', '--header', 'Upgrade: websocket')
  assert.match(handshake.stdout, /^allowed: 101 allowed[\s\S]*the backend counts as taking the handshake/)
  const file = `${workspace.folder}/shown.pem`
  await workspace.write('shown.pem', issue({ subject: 'partner' }).cert)
  const shown = await explain('--certificate', file)
  assert.deepEqual([shown.code, /the gateway asks no caller for one/.test(shown.stderr)], [2, true])
})
