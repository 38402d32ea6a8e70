import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { queryAudit } from '../../src/audit/query-audit.ts'
import { noPostgres, type PostgresServer, postgresPassword, startPostgres } from '../../src/store/testing/postgres-server.ts'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Finished, gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { recordOf } from '../harness/record-of.ts'
import { until } from '../harness/until.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

const rita = 'rita@gazette.onmicrosoft.com'
const paul = 'paul@gazette.onmicrosoft.com'
const env = { GRANTS_PASSWORD: postgresPassword }

/** A gateway with files and a state folder of its own. */
interface Node {
  readonly workspace: TemporaryWorkspace
  running: Running
}

describe('gateways with a state folder each and one PostgreSQL', { skip: noPostgres }, () => {
  let postgres: PostgresServer
  let backend: EchoBackend
  let token: string
  const nodes: Node[] = []

  /** Its local directory signs with the keys of the first node's: they stand for one tenant. */
  async function makeWorkspace(): Promise<TemporaryWorkspace> {
    const workspace = await copyOfDemo(backend.address)
    const url = `postgres://gatehouse@127.0.0.1:${postgres.port}/postgres`
    await workspace.edit(
      'gatehouse.yaml',
      text => `${text}
grants: { approvers: [publishers] }
telemetry: { listen: 127.0.0.1:0 }
store: { postgres: { url: '${url}', password: { environment: GRANTS_PASSWORD } } }
`,
    )
    await workspace.edit('apis/articles/policy.xml', text => text.replace('calls="60"', 'calls="10000"'))
    const keys = '.gatehouse/directory-keys.json'
    if (nodes[0] !== undefined) await workspace.write(keys, await nodes[0].workspace.read(keys))
    return workspace
  }

  async function startNode(): Promise<Node> {
    const workspace = await makeWorkspace()
    const node = { workspace, running: await startGatehouse(workspace.folder, [], env) }
    nodes.push(node)
    return node
  }

  before(async () => {
    postgres = await startPostgres()
    backend = await startEchoBackend()
    await startNode()
    await startNode()
    const who = ['--client', 'Gazette CLI', '--user', rita, '--scope', 'api://articles/.default']
    token = (await command(['token', at(0).workspace.folder, ...who], { env })).stdout.trim()
  })
  after(async () => {
    const codes = await Promise.all(nodes.map(({ running }) => running.stop()))
    await Promise.all(nodes.map(({ workspace }) => workspace.remove()))
    await backend?.close()
    await postgres?.stop()
    assert.ok(codes.every(code => code === 0))
  })

  function at(index: number): Node {
    const node = nodes[index]
    assert.ok(node !== undefined)
    return node
  }

  function grant(node: Node, step: string, ...args: readonly string[]): Promise<Finished> {
    return command(lineOf(node, step, args), { env })
  }

  /** In processes of their own, at once. */
  function grantAtBoth(step: string, ...args: readonly string[]): Promise<readonly Finished[]> {
    return Promise.all([at(0), at(1)].map(node => gatehouse(lineOf(node, step, args), { env })))
  }

  function lineOf({ workspace }: Node, step: string, args: readonly string[]): readonly string[] {
    return ['grant', step, ...args.map(arg => (arg === '.' ? workspace.folder : arg))]
  }

  function request(node: Node): Promise<Finished> {
    const what = ['--role', 'publishers', '--api', 'articles', '--for', '2h', '--reason', 'the night shift', '--as', rita]
    return grant(node, 'request', '.', ...what)
  }

  async function granted(asked: Node, answering: Node): Promise<string> {
    const id = (await request(asked)).stdout.trim()
    assert.equal((await grant(answering, 'approve', id, '.', '--as', paul)).code, 0)
    return id
  }

  async function publish({ running }: Node): Promise<{ readonly status: number; readonly id: string }> {
    const answer = await fetch(`${running.gateway}/articles/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
      body: '{"title":"x"}',
    })
    await answer.arrayBuffer()
    return { status: answer.status, id: answer.headers.get('x-request-id') ?? '' }
  }

  /** Until every thread of these nodes has heard of it; the id of a call to the last of them. */
  async function publishUntil(wanted: number, ...those: readonly Node[]): Promise<string> {
    let statuses: readonly number[] = []
    return until(
      async () => {
        const answers = await Promise.all(those.flatMap(node => Array.from({ length: 6 }, () => publish(node))))
        statuses = answers.map(({ status }) => status)
        return statuses.every(status => status === wanted) && answers.at(-1)?.id
      },
      () => `still ${statuses}`,
    )
  }

  async function events({ workspace }: Node, id: string): Promise<readonly string[]> {
    const { stdout } = await command(['audit', 'events', workspace.folder, '--json'], { env })
    return stdout
      .split('\n')
      .filter(line => line.includes(`"grant":"${id}"`))
      .map(line => (JSON.parse(line) as { event: string }).event) // the command's documented form
  }

  test('what is asked for at one and approved at another acts on both with the same token; revoked, it acts on neither', async () => {
    const [one, other] = [at(0), at(1)]
    assert.deepEqual([(await publish(one)).status, (await publish(other)).status], [403, 403])
    const id = await granted(one, other)
    const requestId = await publishUntil(200, one, other)
    assert.deepEqual((await recordOf(other.workspace.folder, requestId)).caller?.grantedRoles, ['publishers'])
    const explained = await command(
      ['explain', one.workspace.folder, '--method', 'POST', '--url', '/articles/', '--token', token],
      { env },
    )
    assert.match(explained.stdout, /granted for a time: publishers/)
    assert.match((await grant(one, 'list', '.')).stdout, new RegExp(`^${id}  .*approved by ${paul}`))
    assert.equal((await grant(one, 'revoke', id, '.', '--as', paul)).code, 0)
    await publishUntil(403, one, other)
    assert.deepEqual(await events(one, id), ['grant.requested', 'grant.revoked'])
    assert.deepEqual(await events(other, id), ['grant.approved'])
  })

  test('of two who approve at once, at two nodes, one is told that it was done', async () => {
    const [one, other] = [at(0), at(1)]
    const id = (await request(one)).stdout.trim()
    const both = await grantAtBoth('approve', id, '.', '--as', paul)
    assert.deepEqual(both.map(({ code }) => code).sort(), [0, 1])
    assert.match(both.map(({ stderr }) => stderr).join(''), /refused: it does not wait for an answer any more/)
    const back = await grantAtBoth('revoke', id, '.', '--as', rita)
    assert.deepEqual(back.map(({ code }) => code).sort(), [0, 1])
    await publishUntil(403, one, other)
  })

  test('a grant ends by itself everywhere, and each trail says so', async () => {
    const id = await granted(at(0), at(1))
    await publishUntil(200, at(0), at(1))
    // minutes are the least that one can ask for
    postgres.ask(`UPDATE gatehouse.access_grant SET value = jsonb_set(value::jsonb, '{until}', '${Date.now() + 1000}')::text
      WHERE id = '${id}'; NOTIFY "gatehouse.access_grant"`)
    await publishUntil(403, at(0), at(1))
    for (const node of [at(0), at(1)]) await until(async () => (await events(node, id)).includes('grant.ended'))
  })

  test('while PostgreSQL is away what is in force stays so, a gateway starts and serves, and commands say why they end', async () => {
    const [one, other] = [at(0), at(1)]
    await granted(one, other)
    await publishUntil(200, one, other)
    await postgres.kill()
    await Promise.all([one, other].map(({ running }) => running.logged('PostgreSQL is away: ')))
    await publishUntil(200, one, other)
    const metrics = async () => (await fetch(`${one.running.metrics}`)).text()
    assert.match(await metrics(), /gatehouse_store_up\{.*store="postgresql".*\} 0/)
    const path = ['--method', 'POST', '--url', '/articles/', '--token', token]
    for (const refused of [
      await grant(one, 'list', '.'),
      await request(other),
      await command(['explain', one.workspace.folder, ...path], { env }),
    ]) {
      assert.equal(refused.code, 2)
      assert.match(refused.stderr, /PostgreSQL, where the grants are, is away: .*ECONNREFUSED/)
    }
    const late = await startNode()
    const reading = await fetch(`${late.running.gateway}/articles/`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(reading.status, 200)
    await publishUntil(403, late)

    await postgres.restart()
    await Promise.all(nodes.map(({ running }) => running.logged('PostgreSQL is back')))
    await publishUntil(200, ...nodes)
    assert.match(await metrics(), /gatehouse_store_up\{.*store="postgresql".*\} 1/)
    for (const { running, workspace } of nodes) {
      assert.ok(!running.log().includes(postgresPassword))
      const outages: string[] = []
      for await (const { reason, expected } of queryAudit(join(workspace.folder, '.gatehouse', 'audit'), {}))
        if (reason.startsWith('store.')) outages.push(`${reason} ${expected?.join()}`)
      assert.deepEqual(outages, ['store.away PostgreSQL', 'store.back PostgreSQL'])
    }
  })

  test('a grant that is made after an outage acts everywhere without a restart', async () => {
    const { stdout } = await grant(at(0), 'list', '.', '--json')
    for (const { id } of JSON.parse(stdout) as { id: string }[]) // the documented form
      assert.equal((await grant(at(1), 'revoke', id, '.', '--as', paul)).code, 0)
    await publishUntil(403, ...nodes)
    await granted(at(2), at(0))
    await publishUntil(200, ...nodes)
  })

  test('a server that answers nothing holds up no end of a gateway', async () => {
    const node = await startNode()
    postgres.freeze()
    try {
      const before = Date.now()
      assert.equal(await node.running.stop(), 0)
      assert.ok(Date.now() - before < 5000)
    } finally {
      postgres.thaw()
    }
  })
})
