import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearing, cli, directoryFile, directorySettings, directoryToken, rita } from './directory.ts'
import { atDirectory, mixUpCases } from './mix-up-cases.ts'
import { proveReasons } from './prove-reasons.ts'
import type { Stage } from './stage.ts'

/** What Postman signs in with unless it is told otherwise. */
const postman = `/oauth2/v2.0/authorize?${new URLSearchParams({
  client_id: cli,
  response_type: 'code',
  redirect_uri: 'https://oauth.pstmn.io/v1/callback',
  scope: 'api://orders/Orders.Read',
})}`

let old = ''

proveReasons('mix-ups', mixUpCases, {
  files: {
    'gatehouse.yaml': `${directorySettings}audit: { keepCalls: { denied: true } }\n`,
    'directory.yaml': directoryFile({ isCrowded: true }),
  },
  mended: { 'directory.yaml': directoryFile({ isMended: true, isCrowded: true }) },
  async beforeMending(stage) {
    old = await directoryToken(stage, rita)
    const { status, text } = await atDirectory(stage, postman)
    assert.equal(status, 400)
    assert.match(text, /AADSTS50011/)
    assert.match(text, /https:\/\/oauth\.pstmn\.io\/v1\/callback/)
    assert.match(text, /redirectUris/)
  },
  more: stage => {
    test('Postman’s own redirect URI is taken once the application lists it', async () => {
      const { status, text } = await atDirectory(stage(), postman)
      assert.equal(status, 200)
      assert.doesNotMatch(text, /AADSTS50011/)
    })
    test('a token from before the role was granted is refused still, says so, and only a new one passes', () => staysOld(stage()))
  },
})

async function staysOld(stage: Stage): Promise<void> {
  const name = `token-role-${mixUpCases.findIndex(({ shows }) => shows === 'a role granted after the token was issued')}`
  const ask = async (token: string) => (await fetch(`${stage.gatehouse.gateway}/${name}/x`, bearing(token))).status
  assert.deepEqual([await ask(old), await ask(await directoryToken(stage, rita))], [401, 200])
  const { mend, mixUps } = await stage.explain(['--url', `/${name}/x`, '--token', old])
  assert.match(
    mend,
    /^User rita@gazette\.onmicrosoft\.com has the app role publishers of the application Orders API since the token was issued \(\d.*Z\): get a new token/,
  )
  assert.deepEqual(
    mixUps.map(({ code }) => code),
    ['stale-roles'],
  )
}
