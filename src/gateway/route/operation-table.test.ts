import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OperationTable } from './operation-table.ts'
import { parseRequestPath } from './request-path.ts'
import { matchCompound, parseUrlTemplate, type TemplateSegment } from './url-template.ts'

function tableOf(...operations: readonly string[]): OperationTable<string> {
  const table = new OperationTable<string>()
  for (const operation of operations) {
    const [method = '', template = ''] = operation.split(' ')
    table.add(method, template, operation)
  }
  return table
}

function ask(table: OperationTable<string>, method: string, url: string) {
  const [path = '', query] = url.split('?')
  const parsed = parseRequestPath(path)
  const match = parsed && table.match(method, parsed, 0, query === undefined ? '' : `?${query}`)
  return match && { target: match.target, parameters: Object.fromEntries(match.parameters) }
}

test('a literal goes before a mix of text and parameters, that before a parameter, that before the rest', () => {
  const table = tableOf('GET /a/*', 'GET /a/{id}', 'GET /a/b-{id}', 'GET /a/b-c')
  assert.deepEqual(ask(table, 'GET', '/a/b-c'), { target: 'GET /a/b-c', parameters: {} })
  assert.deepEqual(ask(table, 'GET', '/a/b-d'), { target: 'GET /a/b-{id}', parameters: { id: 'd' } })
  assert.deepEqual(ask(table, 'GET', '/a/x'), { target: 'GET /a/{id}', parameters: { id: 'x' } })
  assert.deepEqual(ask(table, 'GET', '/a/x/y'), { target: 'GET /a/*', parameters: {} })
  assert.deepEqual(ask(table, 'GET', '/a'), { target: 'GET /a/*', parameters: {} })
})

test('a literal that leads nowhere gives way to a parameter', () => {
  const table = tableOf('GET /a/b/c', 'GET /{x}/b/d', 'GET /a/{y}/e')
  assert.deepEqual(ask(table, 'GET', '/a/b/d'), { target: 'GET /{x}/b/d', parameters: { x: 'a' } })
  assert.deepEqual(ask(table, 'GET', '/a/b/e'), { target: 'GET /a/{y}/e', parameters: { y: 'b' } })
  assert.equal(ask(table, 'GET', '/a/b/f'), undefined)
})

test('a named method goes before any method, and another method is no match', () => {
  const table = tableOf('* /a', 'POST /a', 'GET /b')
  assert.equal(ask(table, 'POST', '/a')?.target, 'POST /a')
  assert.equal(ask(table, 'PURGE', '/a')?.target, '* /a')
  assert.equal(ask(table, 'HEAD', '/b'), undefined)
})

test('literals are compared without case, parameters keep theirs', () => {
  assert.deepEqual(ask(tableOf('GET /Orders/{Id}/Items'), 'GET', '/oRDERS/AbC/items'), {
    target: 'GET /Orders/{Id}/Items',
    parameters: { Id: 'AbC' },
  })
})

test('parameters are decoded, and a slash at the end does not matter', () => {
  const table = tableOf('GET /x/{name}')
  assert.deepEqual(ask(table, 'GET', '/x/a%20b%C3%A9/')?.parameters, { name: 'a bé' })
  assert.equal(ask(table, 'GET', '/x//'), undefined)
})

test('a template with a query is for calls that have it, the one that asks most first', () => {
  const table = tableOf('GET /s', 'GET /s?q={text}', 'GET /s?q={text}&page={page}', 'GET /s?action=start')
  assert.deepEqual(ask(table, 'GET', '/s?page=2&q=a+b%26'), {
    target: 'GET /s?q={text}&page={page}',
    parameters: { text: 'a b&', page: '2' },
  })
  assert.deepEqual(ask(table, 'GET', '/s?Q=x'), { target: 'GET /s?q={text}', parameters: { text: 'x' } })
  assert.equal(ask(table, 'GET', '/s?action=start')?.target, 'GET /s?action=start')
  assert.equal(ask(table, 'GET', '/s?action=stop')?.target, 'GET /s')
})

test('the rest of the path can have a name', () => {
  assert.deepEqual(ask(tableOf('GET /f/{*path}'), 'GET', '/f/a/b%20c')?.parameters, { path: 'a/b c' })
})

test('a segment may hold several parameters between text', () => {
  const segment = parseUrlTemplate("/Customers('{id}')-{rev}.json").segments[0] as TemplateSegment & { kind: 'compound' }
  assert.equal(segment.kind, 'compound')
  assert.deepEqual(matchCompound(segment, "Customers('A1')-7.json", "customers('a1')-7.json"), ['A1', '7'])
  assert.equal(matchCompound(segment, "Customers('')-7.json", "customers('')-7.json"), undefined)
  assert.equal(matchCompound(segment, 'Customers', 'customers'), undefined)
})

/** What the table must answer, by comparing the path with every template in turn. */
function linear(operations: readonly string[], method: string, path: string): string | undefined {
  const rank = { literal: '0', compound: '1', parameter: '2', rest: '4' }
  const parts = path.split('/').filter((part, i, all) => i > 0 && !(i === all.length - 1 && part === ''))
  let best: { score: string; operation: string } | undefined
  for (const operation of operations) {
    const [own = '', template = ''] = operation.split(' ')
    if (own !== '*' && own !== method) continue
    const { segments } = parseUrlTemplate(template)
    const open = segments.at(-1)?.kind === 'rest'
    if (open ? parts.length < segments.length - 1 : parts.length !== segments.length) continue
    const fits = segments.every((segment, i) => {
      const part = parts[i] ?? ''
      if (segment.kind === 'rest') return true
      if (segment.kind === 'literal') return part.toLowerCase() === segment.text
      if (segment.kind === 'parameter') return part !== ''
      return matchCompound(segment, part, part.toLowerCase()) !== undefined
    })
    if (!fits) continue
    const ended = open ? '' : '3' // an exact end goes before a rest that is empty
    const score = `${segments.map(segment => rank[segment.kind]).join('')}${ended}${own === '*' ? '1' : '0'}`
    if (best === undefined || score < best.score) best = { score, operation }
  }
  return best?.operation
}

test('the tree answers as a comparison with every template does, on 20,000 random calls', () => {
  let seed = 20261125
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return (seed >>> 8) % below
  }
  const pick = <T>(from: readonly T[]) => from[random(from.length)]!
  for (let round = 0; round < 400; round++) {
    const operations = new Set<string>()
    const shapes = new Set<string>()
    for (let i = 0; i < 12; i++) {
      const segments = Array.from({ length: random(5) }, () => pick(['a', 'b', 'c', '{p}', '{q}', 'a{p}']))
      if (random(4) === 0) segments.push('*')
      const operation = `${pick(['GET', 'POST', '*'])} /${segments.join('/')}`
      const shape = operation.replaceAll('{q}', '{p}') // the same place and method twice has no answer of its own
      if (!shapes.has(shape)) operations.add(operation)
      shapes.add(shape)
    }
    const all = [...operations]
    const table = tableOf(...all)
    for (let call = 0; call < 50; call++) {
      const path = `/${Array.from({ length: random(6) }, () => pick(['a', 'B', 'c', 'ax', 'zz', ''])).join('/')}`
      const method = pick(['GET', 'POST', 'PUT'])
      assert.equal(ask(table, method, path)?.target, linear(all, method, path), `${method} ${path} among ${all.join(', ')}`)
    }
  }
})
