import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCompiler } from './expressions.ts'
import { defineType } from './types/define-type.ts'

/** A host with a `Thing` whose `Part` is a type of that name: `size` tells the hosts apart. */
function hostTypes(size: number) {
  const part = defineType('class Part', { 'int Size { get; }': () => size })
  const thing = defineType('interface Thing', { 'Part Part { get; }': () => ({}) })
  return { part, thing }
}

const sizeIn = (compiler: ReturnType<typeof createCompiler>) => {
  const result = compiler.compile('@(thing.Part.Size)')
  assert.ok(result.ok)
  return result.compiled.evaluate({ thing: {} })
}

test('two compilers in one process may have hosts whose types share names', () => {
  const [one, two] = [hostTypes(1), hostTypes(2)].map(({ part, thing }) =>
    createCompiler({ types: [part, thing], globals: { thing: 'Thing' } }),
  )
  assert.ok(one !== undefined && two !== undefined)
  assert.equal(sizeIn(one), 1)
  assert.equal(sizeIn(two), 2)
  assert.equal(sizeIn(one), 1)
})

test('two compilers may share a whole host', () => {
  const { part, thing } = hostTypes(3)
  const make = () => createCompiler({ types: [part, thing], globals: { thing: 'Thing' } })
  assert.equal(sizeIn(make()), 3)
  assert.equal(sizeIn(make()), 3)
})

test('a host that shares a type but not what the type names is refused', () => {
  const [{ part, thing }, other] = [hostTypes(4), hostTypes(5)]
  createCompiler({ types: [part, thing], globals: { thing: 'Thing' } })
  assert.throws(() => createCompiler({ types: [other.part, thing], globals: { thing: 'Thing' } }), {
    name: 'TypeError',
    message: /belongs to another compiler/,
  })
})
