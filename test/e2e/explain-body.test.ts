import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const inbound = `
    <set-variable name="kind" value="@((string)context.Request.Body.As&lt;JObject&gt;()["kind"])" />
    <check-header name="X-Team" failed-check-httpcode="401" failed-check-error-message="no team" ignore-case="true" />
    <choose>
      <when condition="@((string)context.Variables["kind"] != "news")">
        <return-response><set-status code="422" reason="No news" /></return-response>
      </when>
    </choose>`

let workspace: TemporaryWorkspace
before(async () => {
  workspace = await temporaryWorkspace({
    'gatehouse.yaml': 'gateway: { maxBufferedBodyBytes: 1024, maxBodyBytes: 5000 }\n',
    ...artifactsOf('a', { x: '/x' }),
    'apis/a/policy.xml': `<policies>\n  <inbound>${inbound}\n  </inbound>\n</policies>\n`,
  })
})
after(() => workspace?.remove())

const explain = (...args: string[]) => command(['explain', workspace.folder, '--url', '/a/x', '-X', 'GET', ...args])
const team = ['-H', 'X-Team: day']

test('what a policy reads in the body decides, and is not shown', async () => {
  const { code, stdout } = await explain(...team, '-d', '{"kind":"advertisement"}')
  assert.equal(code, 1)
  assert.match(stdout, /^refused: 422 policy\.returned-response/)
  assert.doesNotMatch(stdout, /advertisement/)
  const file = join(workspace.folder, 'news.json')
  writeFileSync(file, '{"kind":"news"}')
  const news = await explain(...team, '--data', `@${file}`)
  assert.equal(news.code, 0, news.stdout)
})

test('behind a refusal the body is there as well, though a policy takes it out', async () => {
  const { stdout } = await explain('-d', '{"kind":"advertisement"}')
  assert.match(stdout, /^refused: 401 header\.missing/)
  assert.match(stdout, /^ {2}then +✗ return-response policy\.returned-response/m, stdout)
})

test('a body past what policies may read, or past what may be sent at all, is refused', async () => {
  const read = await explain(...team, '-d', 'x'.repeat(1025))
  assert.match(read.stdout, /^refused: 413 request\.body-too-large/)
  assert.match(read.stdout, /policy\.xml/)
  const sent = await explain(...team, '-d', 'x'.repeat(5001))
  assert.match(sent.stdout, /^refused: 413 request\.body-too-large/)
  assert.match(sent.stdout, /decided before an API was looked for/)
})

test('data that cannot be read, or a length that is another, is a usage error', async () => {
  const missing = await explain(...team, '-d', '@nothing.json')
  assert.deepEqual([missing.code, missing.stdout], [2, ''])
  assert.match(missing.stderr, /--data @nothing\.json cannot be read/)
  const other = await explain(...team, '-d', 'abc', '-H', 'Content-Length: 4')
  assert.equal(other.code, 2)
  assert.match(other.stderr, /--data has 3 bytes/)
})
