import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const claims = '((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("roles", "")'
const policy = (inbound: string) => `<policies>\n  <inbound>\n    <base />\n${inbound}\n  </inbound>\n</policies>\n`
const guard =
  '<validate-azure-ad-token tenant-id="5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10" output-token-variable-name="jwt"><audiences><audience>api://a</audience></audiences></validate-azure-ad-token>'

let workspace: TemporaryWorkspace
before(async () => {
  workspace = await temporaryWorkspace({
    ...artifactsOf('a', { banned: '/banned', included: '/included' }),
    'apis/a/operations/banned/policy.xml': policy(
      `${guard}<choose><when condition='@(${claims}.Contains("guests"))'><return-response><set-status code="403" reason="No" /></return-response></when></choose>`,
    ),
    'apis/a/operations/included/policy.xml': policy(
      `<choose><when condition='@(context.Request.Method != "HEAD")'><include-fragment fragment-id="guard" /></when></choose>`,
    ),
    'policy fragments/guard/policyFragmentInformation.json': '{ "properties": { "format": "rawxml" } }',
    'policy fragments/guard/policy.xml': `<fragment>${guard}</fragment>`,
  })
})
after(() => workspace?.remove())

test('access tells whom a role turns away, and what a fragment under a condition asks', async () => {
  const { code, stdout, stderr } = await command(['access', workspace.folder])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /\/a\/banned .*anyone with a valid token; a condition decides → any valid token without role guests$/m)
  assert.match(stdout, /\/a\/included .*on a condition: anyone with a valid token → any valid token$/m)
  assert.match(stderr, /every operation is guarded in some way/)
})
