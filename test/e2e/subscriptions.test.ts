import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { queryAudit } from '../../src/audit/query-audit.ts'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const states = ['suspended', 'submitted', 'rejected', 'cancelled', 'expired'] as const

const policy = (inbound: string) =>
  `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
const tell = (name: string, expression: string) =>
  `<set-header name="${name}" exists-action="override"><value>@(${expression})</value></set-header>`

const seenByPolicies = [
  tell('X-User', `context.User == null ? "nobody" : context.User.Id + "|" + context.User.Email`),
  tell('X-Names', `context.User?.FirstName + "|" + context.User?.LastName + "|" + context.User?.Note`),
  tell('X-Groups', `string.Join(",", (context.User?.Groups ?? new IGroup[0]).Select(g => g.Id + "=" + g.Name))`),
  tell(
    'X-Identities',
    `string.Join(",", (context.User?.Identities ?? new IUserIdentity[0]).Select(i => i.Provider + ":" + i.Id))`,
  ),
  tell('X-Registered', `context.User == null ? "" : context.User.RegistrationDate.ToString("yyyy-MM-dd")`),
  tell('X-Subscription', `context.Subscription == null ? "none" : context.Subscription.Id + "|" + context.Subscription.Name`),
  tell('X-Keys', `context.Subscription?.Key + "|" + context.Subscription?.PrimaryKey + "|" + context.Subscription?.SecondaryKey`),
  tell(
    'X-Dates',
    `context.Subscription == null ? "" : context.Subscription.CreatedDate.ToString("yyyy") + "|" + context.Subscription.StartDate?.ToString("yyyy") + "|" + context.Subscription.EndDate?.ToString("yyyy")`,
  ),
  tell(
    'X-Product',
    `context.Product == null ? "none" : context.Product.Id + "|" + context.Product.Name + "|" + context.Product.State + "|" + context.Product.ApprovalRequired + "|" + context.Product.SubscriptionRequired + "|" + context.Product.SubscriptionsLimit`,
  ),
  tell(
    'X-Product-Links',
    `context.Product == null ? "" : string.Join(",", context.Product.Apis.Select(a => a.Name)) + "|" + string.Join(",", context.Product.Groups.Select(g => g.Name))`,
  ),
].join('')

/** `closed`, `keyless`: in a product that asks for a subscription; `shown`, `free`: in an open one besides. The second of each pair asks for no key itself. */
function artifacts(backend: string): Record<string, string> {
  const json = (properties: Record<string, unknown>) => JSON.stringify({ properties })
  const api = (name: string, subscriptionRequired: boolean) =>
    artifactsOf(name, { 'get-x': '/x' }, { displayName: `API ${name}`, serviceUrl: backend, subscriptionRequired })
  const subscription = (name: string, properties: Record<string, unknown>) => ({
    [`subscriptions/${name}/subscriptionInformation.json`]: json({
      displayName: `of ${name}`,
      scope: '/products/closed',
      state: 'active',
      primaryKey: `${name}-1`,
      secondaryKey: `${name}-2`,
      ...properties,
    }),
  })
  return {
    'gatehouse.yaml': [
      'gateway: { listen: 127.0.0.1:0, workers: 2 }',
      'portal: { listen: 127.0.0.1:0 }',
      'users:',
      '  blocked-bob: { email: bob@example.org, state: blocked }',
      '  listed-lea: { email: lea@example.org, groups: [partners] }',
      '',
    ].join('\n'),
    'policy.xml': `<policies><inbound>${seenByPolicies}</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>`,
    ...api('closed', true),
    ...api('keyless', false),
    ...api('shown', true),
    ...api('free', false),
    ...api('alone', true),
    'groups/partners/groupInformation.json': json({ displayName: 'Our partners' }),
    'users/ada/userInformation.json': json({
      email: 'ada@example.org',
      firstName: 'Ada',
      lastName: 'Lovelace',
      note: 'first',
      state: 'active',
      registrationDate: '2021-05-06T07:08:09Z',
      identities: [{ provider: 'Aad', id: 'oid-1' }],
    }),
    'users/ada/groups/partners/userGroupInformation.json': '{}',
    'products/closed/productInformation.json': json({
      displayName: 'The closed one',
      state: 'notPublished',
      subscriptionRequired: true,
      approvalRequired: true,
      subscriptionsLimit: 3,
    }),
    'products/closed/groups/partners/productGroupInformation.json': '{}',
    ...Object.fromEntries(
      ['closed', 'keyless', 'shown', 'free'].map(name => [`products/closed/apis/${name}/productApiInformation.json`, '{}']),
    ),
    'products/closed/policy.xml': policy(tell('X-Chain', '"closed"')),
    'products/open/productInformation.json': json({ displayName: 'Open', state: 'published', subscriptionRequired: false }),
    ...Object.fromEntries(['shown', 'free'].map(name => [`products/open/apis/${name}/productApiInformation.json`, '{}'])),
    'products/open/policy.xml': policy(tell('X-Chain', '"open"')),
    ...subscription('gold', {
      ownerId: '/users/ada',
      createdDate: '2020-01-01T00:00:00Z',
      startDate: '2021-01-01T00:00:00Z',
      endDate: '2031-01-01T00:00:00Z',
    }),
    ...subscription('lone', { scope: '/apis/closed' }),
    ...subscription('whole', { scope: '/apis' }),
    ...subscription('master', {
      scope: '/subscriptions/4b1d/resourceGroups/rg/providers/Microsoft.ApiManagement/service/contoso/',
      ownerId: '/subscriptions/4b1d/resourceGroups/rg/providers/Microsoft.ApiManagement/service/contoso/users/1',
    }),
    ...subscription('elsewhere', { scope: '/apis/alone' }),
    ...subscription('bobs', { ownerId: '/users/blocked-bob' }),
    ...subscription('leas', { ownerId: '/users/LISTED-LEA' }),
    ...subscription('past', { expirationDate: '2020-01-01T00:00:00Z' }),
    ...Object.assign({}, ...states.map(state => subscription(state, { state }))),
  }
}

let backend: EchoBackend
let workspace: TemporaryWorkspace
let running: Running

before(async () => {
  backend = await startEchoBackend()
  workspace = await temporaryWorkspace(artifacts(backend.address))
  running = await startGatehouse(workspace.folder)
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await workspace?.remove()
})

interface Answer {
  readonly status: number
  readonly message: string | undefined
  /** What policies told the backend in headers. */
  readonly told: Readonly<Record<string, string>>
  readonly requestId: string | null
}

async function call(api: string, key?: string): Promise<Answer> {
  const headers: Record<string, string> = key === undefined ? {} : { 'Ocp-Apim-Subscription-Key': key }
  const response = await fetch(`${running.gateway}/${api}/x`, { headers })
  const body = (await response.json()) as { message?: string; headers?: Record<string, string> }
  return {
    status: response.status,
    message: body.message,
    told: body.headers ?? {},
    requestId: response.headers.get('x-request-id'),
  }
}

test('a policy sees the owner of the subscription as API Management describes developers', async () => {
  const { told } = await call('closed', 'gold-1')
  assert.equal(told['x-user'], 'ada|ada@example.org')
  assert.equal(told['x-names'], 'Ada|Lovelace|first')
  assert.equal(told['x-groups'], 'developers=Developers,partners=Our partners')
  assert.equal(told['x-identities'], 'Aad:oid-1')
  assert.equal(told['x-registered'], '2021-05-06')
})

test('a developer listed in gatehouse.yaml owns as one of the artifacts does, in whatever case the owner is written', async () => {
  const { told } = await call('closed', 'leas-1')
  assert.equal(told['x-user'], 'listed-lea|lea@example.org')
  assert.equal(told['x-groups'], 'developers=Developers,partners=Our partners')
})

test('an owner that no file describes has a name alone, a subscription without owner has no user', async () => {
  assert.equal((await call('closed', 'master-1')).told['x-user'], '1|')
  assert.equal((await call('closed', 'lone-1')).told['x-user'], 'nobody')
  assert.equal((await call('keyless')).told['x-user'], 'nobody')
})

test('a policy sees the subscription and its product, whichever of its two keys came', async () => {
  for (const key of ['gold-1', 'gold-2']) {
    const { told } = await call('closed', key)
    assert.equal(told['x-subscription'], 'gold|of gold')
    assert.equal(told['x-keys']?.replace(/^[^|]*/, ''), '|gold-1|gold-2')
    assert.equal(told['x-dates'], '2020|2021|2031')
    assert.equal(told['x-product'], 'closed|The closed one|NotPublished|True|True|3')
    assert.equal(told['x-product-links'], 'API closed,API free,API keyless,API shown|Our partners')
  }
})

/** The summary table of the page "Subscriptions in Azure API Management", row by row: a key, and the product whose policies run; 401 for denied. */
const table: readonly [api: string, answers: Readonly<Record<string, string>>][] = [
  ['closed', { gold: 'closed', lone: 'none', whole: 'none', master: 'none', elsewhere: '401', '': '401' }],
  ['keyless', { gold: 'closed', whole: 'none', master: 'none', elsewhere: '401', lone: '401', '': 'none' }],
  ['shown', { gold: 'closed', whole: 'none', master: 'none', elsewhere: '401', lone: '401', '': 'open' }],
  ['free', { gold: 'closed', whole: 'none', master: 'none', elsewhere: '401', lone: '401', '': 'open' }],
  ['alone', { elsewhere: 'none', whole: 'none', gold: '401', '': '401' }],
]
for (const [api, answers] of table)
  test(`the API '${api}' lets in whom Azure lets in, with the product's policies when the call is in its context`, async () => {
    const got: Record<string, string> = {}
    for (const name of Object.keys(answers)) {
      const { status, told } = await call(api, name === '' ? undefined : `${name}-1`)
      const product = told['x-product']?.split('|')[0]
      got[name] = status === 200 ? (product ?? '') : String(status)
      // the chain has the product's policy exactly when the context has the product
      if (status === 200) assert.equal(told['x-chain'] ?? 'none', product)
    }
    assert.deepEqual(got, answers)
  })

const missing =
  'Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.'
const invalid = 'Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.'

test('a group that does not exist and a date that is none are faults with their place', async () => {
  const faulty = await temporaryWorkspace({
    'gatehouse.yaml': 'users:\n  ann:\n    groups: [partnerz]\n    registrationDate: soon\n',
    'groups/partners/groupInformation.json': JSON.stringify({ properties: { displayName: 'Partners' } }),
  })
  const { code, stdout } = await command(['check', faulty.folder, '--json'])
  await faulty.remove()
  assert.equal(code, 1)
  const faults = JSON.parse(stdout) as { code: string; line: number; column: number }[]
  assert.deepEqual(
    faults.map(({ code, line, column }) => [code, line, column]),
    [
      ['reference.unknown', 3, 14],
      ['value.format', 4, 23],
    ],
  )
})

test('every refusal has one text for the caller and a reason of its own on the record', async () => {
  const wanted: Record<string, string> = {
    '': 'subscription.missing',
    nobody: 'subscription.invalid',
    elsewhere: 'subscription.scope',
    ...Object.fromEntries(states.map(state => [state, `subscription.${state}`])),
    past: 'subscription.expired',
    bobs: 'subscription.owner',
  }
  const names = new Map<string, string>()
  for (const name of Object.keys(wanted)) {
    const { status, message, requestId } = await call('closed', name === '' ? undefined : `${name}-2`)
    assert.deepEqual([name, status, message], [name, 401, name === '' ? missing : invalid])
    names.set(requestId ?? '', name)
  }
  // the trail is whole once the gateway ended
  await running.stop()
  const got: Record<string, string> = {}
  for await (const { requestId, reason } of queryAudit(join(workspace.folder, '.gatehouse', 'audit'), {})) {
    const name = names.get(requestId)
    if (name !== undefined) got[name] = reason
  }
  assert.deepEqual(got, wanted)
})
