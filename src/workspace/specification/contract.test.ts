import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReport } from '../report.ts'
import { readYaml } from '../text/read-yaml.ts'
import { readSpecification } from './read-specification.ts'

function contractsOf(text: string) {
  const report = createReport()
  const root = readYaml('s.yaml', text, report)
  const operations = root?.kind === 'object' ? readSpecification(root, report) : []
  assert.deepEqual(report.diagnostics, [])
  return operations.map(({ operation }) => operation.contract)
}

test('parameters come from path and operation, with their schemas and how lists are written', () => {
  const [contract] = contractsOf(`openapi: 3.0.0
paths:
  /pets/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer } }
      - { name: tag, in: query, schema: { type: string } }
    get:
      parameters:
        - { name: tag, in: query, explode: false, schema: { type: array, items: { type: string } } }
        - { name: ids, in: query, required: true, schema: { type: array } }
        - { name: X-Trace, in: header }
        - { name: session, in: cookie }
`)
  assert.deepEqual(contract?.parameters, [
    { name: 'id', in: 'path', required: true, schema: { type: 'integer' }, separator: ',' },
    { name: 'tag', in: 'query', required: false, schema: { type: 'array', items: { type: 'string' } }, separator: ',' },
    { name: 'ids', in: 'query', required: true, schema: { type: 'array' }, separator: 'multi' },
    { name: 'X-Trace', in: 'header', required: false, separator: ',' },
  ])
})

test('bodies, answers and their headers have schemas; referred ones are gathered once, circles and all', () => {
  const [get, post] = contractsOf(`openapi: 3.0.0
paths:
  /pets:
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses:
        '201': { headers: { Location: { required: true, schema: { type: string } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
        default: { description: all else }
    get: { responses: { '204': { description: none } } }
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: { type: string, example: Rex }
        weight: { type: number, minimum: 0, exclusiveMinimum: true }
        mother: { nullable: true, allOf: [{ $ref: '#/components/schemas/Pet' }] }
`)
  const pet = { $ref: 'definitions#/$defs/Pet' }
  assert.deepEqual(post?.requestBody, { required: true, content: [{ contentType: 'application/json', schema: pet }] })
  assert.deepEqual(post?.responses, [
    {
      statusCode: 201,
      headers: [{ name: 'Location', required: true, schema: { type: 'string' }, separator: ',' }],
      content: [{ contentType: 'application/json', schema: pet }],
    },
  ])
  assert.deepEqual(post?.definitions, {
    Pet: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string' },
        weight: { type: 'number', exclusiveMinimum: 0 },
        mother: { anyOf: [{ type: 'null' }, { allOf: [pet] }] },
      },
    },
  })
  assert.equal(get?.definitions, post?.definitions, 'all operations share one object')
  assert.deepEqual(get?.responses, [{ statusCode: 204, headers: [], content: [] }])
})

test('Swagger 2.0 has its schema in the parameter, its body among the parameters, its types on top', () => {
  const [contract] = contractsOf(`swagger: '2.0'
consumes: [application/json, text/json]
produces: [application/json]
paths:
  /a:
    put:
      parameters:
        - { name: n, in: query, type: array, items: { type: integer }, collectionFormat: pipes }
        - { name: body, in: body, required: true, schema: { $ref: '#/definitions/A' } }
      responses: { '200': { schema: { type: file }, headers: { X-Left: { type: integer } } } }
definitions: { A: { type: object } }
`)
  assert.deepEqual(contract?.parameters, [
    { name: 'n', in: 'query', required: false, schema: { type: 'array', items: { type: 'integer' } }, separator: '|' },
  ])
  assert.deepEqual(
    contract?.requestBody?.content.map(one => one.contentType),
    ['application/json', 'text/json'],
  )
  assert.deepEqual(contract?.responses[0], {
    statusCode: 200,
    headers: [{ name: 'X-Left', required: false, schema: { type: 'integer' }, separator: ',' }],
    content: [{ contentType: 'application/json', schema: {} }],
  })
})

test('a schema that leads outside or nowhere is taken for anything, and names such as __proto__ are names', () => {
  const [contract] = contractsOf(`openapi: 3.1.0
paths:
  /a:
    post:
      requestBody:
        content:
          text/xml: { schema: { type: object, properties: { __proto__: { type: string }, b: { $ref: 'other.yaml#/B' }, c: { $ref: '#/gone' } } } }
`)
  const schema = contract?.requestBody?.content[0]?.schema
  assert.ok(typeof schema === 'object')
  assert.equal(JSON.stringify(schema), '{"type":"object","properties":{"__proto__":{"type":"string"},"b":true,"c":true}}')
})
