import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { command } from '../harness/command.ts'
import { gatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, temporaryWorkspace } from '../harness/workspace.ts'

const policy = (inbound: string) =>
  `<policies><inbound><base />\n${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`

test('access --counters tells each limit and cache, its key, and who counts together; check warns of keys shared by accident', async () => {
  const rate = '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Request.IpAddress)" />'
  const workspace = await temporaryWorkspace({
    'gatehouse.yaml': 'store: { redis: "redis://127.0.0.1:1" }\n',
    ...artifactsOf('a', { x: '/x' }),
    'apis/a/policy.xml': policy(rate),
    ...artifactsOf('b', { x: '/x' }),
    'apis/b/policy.xml': policy(`${rate}\n<cache-lookup-value key="k" variable-name="v" caching-type="internal" />`),
  })
  const json = await command(['access', workspace.folder, '--counters', '--json'])
  assert.equal(json.code, 0, json.stderr)
  const key = '@(context.Request.IpAddress)'
  const limit = 'calls="10" renewal-period="60"'
  const [one, other] = ['a', 'b'].map(name => join(workspace.folder, `apis/${name}/policy.xml`))
  const shared = {
    kind: 'rate',
    policy: 'rate-limit-by-key',
    key,
    limit,
    scope: 'api',
    line: 2,
    where: 'all gateways (Redis)',
    outlives: true,
  }
  assert.deepEqual(JSON.parse(json.stdout), [
    { ...shared, file: one },
    { ...shared, file: other, sharedWith: `${one}:2` },
    {
      kind: 'value cache',
      policy: 'cache-lookup-value',
      key: 'k',
      limit: '',
      scope: 'api',
      file: other,
      line: 3,
      where: 'this gateway process',
      outlives: false,
    },
  ])
  const text = await gatehouse(['access', '.', '--counters'], { cwd: workspace.folder })
  assert.match(text.stdout, /rate-limit-by-key {2}@\(context\.Request\.IpAddress\) {2}calls="10"/)
  assert.match(text.stdout, /shared with apis\/a\/policy\.xml:2/)
  assert.match(text.stderr, /3 limits and caches; 1 shares a key/)
  const check = await command(['check', workspace.folder])
  assert.equal(check.code, 0)
  assert.match(check.stdout, /apis\/b\/policy\.xml:2:1: warning policy\.shared-counter/)
  await workspace.remove()
})
