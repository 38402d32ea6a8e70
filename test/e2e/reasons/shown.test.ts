import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { command } from '../../harness/command.ts'
import { artifactsOf, temporaryWorkspace } from '../../harness/workspace.ts'
import { document } from './prove-reasons.ts'

const key = Buffer.alloc(32, 7)
const judged = `<check-header name="X-Team" failed-check-httpcode="401" failed-check-error-message="Who?" ignore-case="true" />
    <validate-jwt header-name="Authorization">
      <issuer-signing-keys><key id="k">${key.toString('base64')}</key></issuer-signing-keys>
      <audiences><audience>{{hidden-audience}}</audience></audiences>
    </validate-jwt>`

test('an explanation shows no secret named value, behind the first refusal neither, and nothing that a terminal obeys', async t => {
  const { folder, remove } = await temporaryWorkspace({
    ...artifactsOf('a', { get: '/x' }),
    'apis/a/policy.xml': document({ inbound: judged }),
    'named values/hidden-audience/namedValueInformation.json': JSON.stringify({
      properties: { displayName: 'hidden-audience', secret: true, value: 'api://nobody-may-know' },
    }),
  })
  t.after(remove)
  const claims = { iss: 'https://issuer.example', aud: 'api://\u001b[2Jother', exp: Math.floor(Date.now() / 1000) + 600 }
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(key)
  const explain = (...more: readonly string[]) => command(['explain', folder, '--url', '/a/x', '--token', token, ...more])
  const [behind, first, json] = [await explain(), await explain('--header', 'X-Team: red'), await explain('--json')]
  assert.match(behind.stdout, /^refused: 401 header\.missing.*token\.audience/s)
  assert.match(first.stdout, /^refused: 401 token\.audience/)
  assert.match(json.stdout, /"reason": "token\.audience"/)
  for (const { stdout } of [behind, first, json]) {
    assert.ok(!stdout.includes('nobody-may-know'), stdout)
    assert.ok(!stdout.includes('\u001b'), stdout)
  }
})
