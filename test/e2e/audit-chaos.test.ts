import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readAuditPublicKey } from '../../src/audit/audit-key.ts'
import { queryAudit } from '../../src/audit/query-audit.ts'
import { verifyAudit } from '../../src/audit/verify-audit.ts'
import { type Gateway, startGateway } from '../../src/gateway/supervisor/start-gateway.ts'
import { catalog, settings } from '../../src/gateway/testing/catalog.ts'
import { until } from '../harness/until.ts'

/**
 * Disks that are really full, read-only and slow: small file systems in memory, mounted where nobody else sees them. So this file runs itself again in a mount
 * namespace of its own, which takes every mount with it when it ends.
 */
const isInside = process.env.GATEHOUSE_OWN_MOUNTS === 'yes'
const own = (command: string, ...args: string[]) => spawnSync('unshare', ['-rm', command, ...args], { encoding: 'utf8' })
const canMount = isInside || own('mount', '-t', 'tmpfs', 'none', tmpdir()).status === 0
const straced = () => spawnSync('strace', ['-f', '-e', 'trace=fsync', '-e', 'inject=fsync:delay_enter=1', 'true']).status === 0

/** More calls than one thread's queue holds records. */
const many = 10_500

if (!isInside)
  test('the trail on a failing disk', {
    skip: canMount ? false : 'this system does not let file systems be mounted',
  }, async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const child = spawn('unshare', ['-rm', process.execPath, fileURLToPath(import.meta.url)], {
      env: { ...env, GATEHOUSE_OWN_MOUNTS: 'yes' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    const [code] = await once(child, 'close')
    assert.equal(code, 0, text)
    assert.match(text, /^ℹ pass [1-9]|^# pass [1-9]/m)
  })

interface Disk {
  readonly state: string
  remount(options: string): void
  remove(): void
}

/** A state folder whose trail lies on a file system of its own. */
function disk(options: string): Disk {
  const state = mkdtempSync(join(tmpdir(), 'gatehouse-chaos-'))
  const trail = join(state, 'audit')
  mkdirSync(trail)
  const mount = (...args: string[]) => {
    const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  }
  mount('-t', 'tmpfs', '-o', options, 'none', trail)
  return {
    state,
    remount: next => mount('-o', `remount,${next}`, trail),
    remove() {
      spawnSync('umount', ['-l', trail])
      rmSync(state, { recursive: true })
    },
  }
}

interface Served {
  readonly gateway: Gateway
  readonly log: readonly string[]
  logged(text: string): Promise<void>
}

async function serve(state: string, auditOverflow: 'count' | 'refuse'): Promise<Served> {
  const log: string[] = []
  const waiting = new Set<() => void>()
  const gateway = await startGateway({
    catalog: catalog(state, { settings: settings(state, { auditOverflow }) }),
    identity: { kind: 'none' },
    log: ({ message }) => {
      log.push(message)
      for (const told of waiting) told()
    },
  })
  return {
    gateway,
    log,
    logged: text =>
      new Promise(resolve => {
        const told = () => {
          if (!log.some(message => message.includes(text))) return
          waiting.delete(told)
          resolve()
        }
        waiting.add(told)
        told()
      }),
  }
}

/** Sends calls to no API over one connection, a hundred at a time; answers how many got which status, and the longest time for a hundred in milliseconds. */
async function calls(
  port: number,
  count: number,
): Promise<{ readonly statuses: ReadonlyMap<string, number>; readonly longest: number }> {
  const statuses = new Map<string, number>()
  let longest = 0
  for (let left = count; left > 0; ) {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1')
    await once(socket, 'connect')
    let open = true
    socket.once('close', () => {
      open = false
    })
    // a refusal for want of room closes the connection: what it did not answer is asked again
    while (left > 0 && open) {
      const started = performance.now()
      const batch = Math.min(100, left)
      socket.write('GET /nowhere HTTP/1.1\r\nHost: gateway\r\n\r\n'.repeat(batch))
      for (const status of await answers(socket, batch)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        left--
      }
      longest = Math.max(longest, performance.now() - started)
    }
    socket.destroy()
  }
  return { statuses, longest }
}

function answers(socket: ReturnType<typeof connect>, count: number): Promise<string[]> {
  return new Promise(resolve => {
    let text = ''
    const done = () => {
      socket.off('data', more).off('close', done)
      resolve([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status))
    }
    const more = (piece: string) => {
      text += piece
      // a body ends every answer: the last one is there once its end is
      if ((text.match(/HTTP\/1\.1 /g)?.length ?? 0) === count && text.endsWith('}')) done()
    }
    socket.on('data', more).once('close', done)
  })
}

/** What the trail says: calls on record, calls that it counts as lost, and what `audit verify` finds. */
async function trailOf(state: string) {
  const folder = join(state, 'audit')
  let [recorded, lost] = [0, 0]
  for await (const record of queryAudit(folder, {})) {
    recorded++
    lost += record.lostBefore ?? 0
  }
  const { faults, unsigned } = await verifyAudit(folder, readAuditPublicKey(join(state, 'audit-key.pub.pem')))
  return { recorded, lost, faults, unsigned }
}

const failing = 'the audit trail cannot be written'
const again = 'the audit trail is written again'

if (isInside) {
  test('a full disk stops no call; what is lost is counted, and the trail says how much', async () => {
    const small = disk('size=64k')
    try {
      const { gateway, log, logged } = await serve(small.state, 'count')
      const first = await calls(gateway.address.port, 300)
      await logged(failing)
      const second = await calls(gateway.address.port, many)
      assert.deepEqual([first.statuses.get('404'), second.statuses.get('404')], [300, many])
      const during = await trailOf(small.state)
      assert.deepEqual(during.faults, [], 'what the full disk has is whole')
      assert.ok(during.recorded < 300)
      small.remount('size=64m')
      await logged(again)
      await calls(gateway.address.port, 1) // the record that says what was lost before it
      await gateway.stop(1000)
      const { recorded, lost, faults, unsigned } = await trailOf(small.state)
      assert.deepEqual(faults, [])
      assert.ok(lost > 0, 'the queue overflowed')
      assert.equal(recorded + lost, 300 + many + 1)
      assert.equal(unsigned, 0)
      assert.equal(log.filter(message => message.includes('worker') && message.includes('ended')).length, 0)
    } finally {
      small.remove()
    }
  })

  test('with `auditOverflow: refuse` a full disk ends in refusals, and room in calls', async () => {
    const small = disk('size=64k')
    try {
      const { gateway, logged } = await serve(small.state, 'refuse')
      await calls(gateway.address.port, 300)
      await logged(failing)
      const { statuses } = await calls(gateway.address.port, many)
      const [served = 0, refused = 0] = [statuses.get('404'), statuses.get('503')]
      assert.ok(refused > 0 && served > 9000, JSON.stringify([...statuses]))
      small.remount('size=64m')
      await logged(again)
      assert.deepEqual([...(await calls(gateway.address.port, 1)).statuses], [['404', 1]])
      await gateway.stop(1000)
      const { recorded, lost, faults } = await trailOf(small.state)
      assert.deepEqual(faults, [])
      // every call that was served is on record; refused ones are, or it is counted that they were (those too that came behind one on its connection)
      assert.ok(recorded >= 300 + served + 1, `${recorded} of ${served}`)
      assert.ok(recorded + lost >= 300 + served + refused + 1, `${recorded} and ${lost}`)
    } finally {
      small.remove()
    }
  })

  test('a read-only disk stops no call either, and nothing is lost when it may be written again', async () => {
    const small = disk('size=64m,ro')
    try {
      const { gateway, logged, log } = await serve(small.state, 'count')
      assert.deepEqual([...(await calls(gateway.address.port, 200)).statuses], [['404', 200]])
      await logged(failing)
      assert.deepEqual(await trailOf(small.state), { recorded: 0, lost: 0, faults: [], unsigned: 0 })
      small.remount('rw')
      await logged(again)
      await gateway.stop(1000)
      assert.deepEqual(await trailOf(small.state), { recorded: 200, lost: 0, faults: [], unsigned: 0 })
      assert.ok(log.filter(message => message.includes(failing)).length <= 2, 'once for each writer')
    } finally {
      small.remove()
    }
  })

  test('a full disk that stays full until the end leaves a trail that is whole as far as it goes', async () => {
    const small = disk('size=64k')
    try {
      const { gateway, logged } = await serve(small.state, 'count')
      await calls(gateway.address.port, 300)
      await logged(failing)
      await gateway.stop(1000)
      const { recorded, faults, unsigned } = await trailOf(small.state)
      assert.deepEqual(faults, [])
      assert.ok(recorded < 300)
      assert.ok(unsigned >= 0)
    } finally {
      small.remove()
    }
  })

  const slow = straced() ? false : 'strace, which makes a disk slow, is not installed or not allowed'
  test('a disk that takes seconds for a sync holds up no call', { skip: slow }, async () => {
    const fast = disk('size=64m')
    const tracer = new Tracer()
    try {
      const { gateway } = await serve(fast.state, 'count')
      await tracer.delay('fsync', 3)
      // a checkpoint is due after five thousand records: from then on a sync is under way
      await calls(gateway.address.port, 5200)
      await tracer.seen('fsync(')
      const { statuses, longest } = await calls(gateway.address.port, 1000)
      assert.deepEqual([...statuses], [['404', 1000]])
      assert.ok(longest < 2000, `${longest} ms for a hundred calls while a sync took 3000`)
      await tracer.end()
      await gateway.stop(1000)
      assert.deepEqual(await trailOf(fast.state), { recorded: 6200, lost: 0, faults: [], unsigned: 0 })
    } finally {
      await tracer.end()
      fast.remove()
    }
  })

  test('nor does one that takes seconds to take what is written', { skip: slow }, async () => {
    const fast = disk('size=64m')
    const tracer = new Tracer()
    try {
      const { gateway } = await serve(fast.state, 'count')
      await calls(gateway.address.port, 100)
      const trail = join(fast.state, 'audit')
      const segments = () => readdirSync(trail).map(name => join(trail, name))
      await until(() => segments().length >= 2) // its own and the thread's
      await tracer.delay('write', 3, segments())
      await calls(gateway.address.port, 100)
      await tracer.seen('write(')
      const { statuses, longest } = await calls(gateway.address.port, 1000)
      assert.deepEqual([...statuses], [['404', 1000]])
      assert.ok(longest < 2000, `${longest} ms for a hundred calls while a write took 3000`)
      await tracer.end()
      await gateway.stop(1000)
      assert.deepEqual(await trailOf(fast.state), { recorded: 1200, lost: 0, faults: [], unsigned: 0 })
    } finally {
      await tracer.end()
      fast.remove()
    }
  })
}

/** Makes system calls of this process slow, from outside. */
class Tracer {
  #child: ChildProcess | undefined
  #text = ''

  /** From when this resolves on, that call takes some seconds longer; with paths, on those files alone. */
  async delay(call: 'fsync' | 'write', seconds: number, paths: readonly string[] = []): Promise<void> {
    const named = paths.flatMap(path => ['-P', path])
    const inject = `inject=${call}:delay_enter=${seconds * 1_000_000}`
    const args = ['-f', ...named, '-e', `trace=${call}`, '-e', inject, '-p', String(process.pid)]
    this.#child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      this.#text += piece
    })
    await this.seen('attached')
  }

  seen(text: string): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (!this.#text.includes(text)) return
        this.#child?.stderr?.off('data', look)
        resolve()
      }
      this.#child?.stderr?.on('data', look)
      look()
    })
  }

  /** It lets go of this process. */
  async end(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    this.#child = undefined
    const closed = once(child, 'close')
    child.kill('SIGINT')
    await closed
  }
}
