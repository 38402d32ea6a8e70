import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../report.ts'
import { readYaml } from '../text/read-yaml.ts'
import { readSpecification } from './read-specification.ts'

function read(text: string) {
  const report = createReport()
  const root = readYaml('s.yaml', text, report)
  const operations = root?.kind === 'object' ? readSpecification(root, report).map(({ operation }) => operation) : []
  return { operations, faults: report.diagnostics.map(({ line, column, code }) => `${line}:${column} ${code}`) }
}

test('operations get the names that an import gives them', () => {
  const { operations, faults } = read(`openapi: 3.1.0
paths:
  /pets/{petId}:
    get: { operationId: get-pet, summary: Read a pet }
    delete: { operationId: "Delete Pet!" }
    put: {}
  /Pets: { get: {}, post: { operationId: GET-PET } }
`)
  assert.deepEqual(faults, [])
  assert.deepEqual(
    operations.map(({ name, displayName, method, urlTemplate }) => [name, displayName, method, urlTemplate]),
    [
      ['get-pet', 'Read a pet', 'GET', '/pets/{petId}'],
      ['put-pets-petid', 'put-pets-petid', 'PUT', '/pets/{petId}'],
      ['delete-pet', 'Delete Pet!', 'DELETE', '/pets/{petId}'],
      ['get-pets', 'get-pets', 'GET', '/Pets'],
      ['GET-PET-1', 'GET-PET', 'POST', '/Pets'],
    ].toSorted((a, b) => operations.findIndex(o => o.name === a[0]) - operations.findIndex(o => o.name === b[0])),
  )
})

test('required query parameters become part of the template, also by reference and from the path', () => {
  const { operations } = read(`swagger: '2.0'
basePath: /ignored
parameters:
  when: { name: when, in: query, required: true }
paths:
  /a:
    parameters: [{ $ref: '#/parameters/when' }, { name: page, in: query, required: true }]
    get: { parameters: [{ name: page, in: query }, { name: h, in: header, required: true }] }
    post: {}
`)
  assert.deepEqual(
    operations.map(({ urlTemplate }) => urlTemplate),
    ['/a?when={when}', '/a?when={when}&page={page}'],
  )
})

test('responses carry examples as they are written, or a sample made from the schema', () => {
  const { operations } = read(`openapi: 3.0.3
paths:
  /a:
    get:
      responses:
        200:
          content:
            application/json: { example: { a: [1] } }
            application/problem+json: { example: '{"as": "text"}' }
            text/plain: { example: hello }
            application/xml: { example: { not: xml } }
        '404': { $ref: '#/components/responses/Gone' }
        default: {}
        2XX: {}
components:
  responses:
    Gone: { content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
  schemas:
    Base: { type: object, properties: { id: { type: string, format: uuid } } }
    Pet:
      allOf:
        - $ref: '#/components/schemas/Base'
        - properties:
            age: { type: integer, minimum: 3 }
            kind: { enum: [cat, dog] }
            friends: { type: array, items: { $ref: '#/components/schemas/Pet' } }
`)
  const [ok, gone] = operations[0]?.responses ?? []
  assert.deepEqual(operations[0]?.responses.map(({ statusCode }) => statusCode).toSorted(), [200, 404])
  assert.deepEqual(ok?.representations, [
    { contentType: 'application/json', sample: '{\n  "a": [\n    1\n  ]\n}' },
    { contentType: 'application/problem+json', sample: '{"as": "text"}' },
    { contentType: 'text/plain', sample: 'hello' },
    { contentType: 'application/xml' },
  ])
  assert.deepEqual(JSON.parse(gone?.representations[0]?.sample ?? ''), {
    id: '00000000-0000-0000-0000-000000000000',
    age: 3,
    kind: 'cat',
    friends: [null],
  })
})

test('Swagger 2.0 gives one schema to all the media types that the document produces', () => {
  const { operations } = read(`swagger: '2.0'
produces: [application/json]
paths:
  /a: { get: { responses: { 200: { schema: { type: boolean }, examples: { text/plain: yes! } } } } }
`)
  assert.deepEqual(operations[0]?.responses[0]?.representations, [
    { contentType: 'application/json', sample: 'true' },
    { contentType: 'text/plain', sample: 'yes!' },
  ])
})

test('every fault of a specification has its place', () => {
  const { faults } = read(`openapi: 3.0.1
paths:
  a/{b: { get: {} }
  /x/{id}: { get: {} }
  /X/{other}/: { get: {} }
  /y/{i}/{i}: { put: 7 }
  /z: { get: { parameters: [{ $ref: '#/none' }, { $ref: 'other.yaml' }] } }
  /c: { $ref: '#/paths/~1d' }
  /d: { $ref: '#/paths/~1c' }
`)
  assert.deepEqual(faults, [
    '3:3 specification.invalid',
    '3:3 specification.invalid',
    '6:3 specification.invalid',
    '6:22 specification.invalid',
    '8:15 specification.reference',
    '5:18 route.duplicate',
    '7:37 specification.reference',
    '7:57 specification.reference',
  ])
})

test('other versions and other documents are refused', () => {
  assert.deepEqual(read('openapi: 4.0.0\npaths: {}\n').faults, ['1:10 specification.version'])
  assert.deepEqual(read('info: {}\n').faults, ['1:1 specification.version'])
})
