import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sections } from '../testing/run-policies.ts'
import { tracePolicies } from '../testing/trace-policies.ts'

async function traced(sections: Sections) {
  const connection = async () => ({ kind: 'token', accessToken: 'very-secret', claims: {} }) as const
  const { trace } = await tracePolicies(sections, { operation: { contract }, response: { statusCode: 201 } }, { connection })
  return trace.entries
}

const contract = { parameters: [], responses: [{ statusCode: 200, headers: [], content: [] }], definitions: {} }

test('a trace tells what a validation policy found, whatever it does about it', async () => {
  const policy = (action: string) => `<validate-status-code unspecified-status-code-action="${action}" />`
  const [detected] = await traced({ outbound: policy('detect') })
  assert.deepEqual(detected?.comparisons, [
    {
      subject: 'the message',
      expected: ['as described'],
      received: ['detect: Response status code 201 is not allowed.'],
      holds: false,
    },
  ])
  const [sound] = await traced({
    inbound: '<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="ignore" />',
  })
  assert.deepEqual(
    sound?.comparisons.map(({ holds }) => holds),
    [true],
  )
})

test('a trace tells of the cache, and never a connection’s token', async () => {
  const entries = await traced({
    inbound: '<cache-lookup /><get-authorization-context provider-id="p" authorization-id="a" context-variable-name="auth" />',
  })
  assert.deepEqual(
    entries[0]?.said.map(({ message }) => message),
    ['no response is kept for this call'],
  )
  assert.equal(entries.length, 2)
  assert.doesNotMatch(JSON.stringify(entries), /very-secret/)
})
