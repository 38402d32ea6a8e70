import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type MetricDefinition, ownMetrics } from './definitions.ts'

const docs = (path: string) => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8')
const known = new Map<string, MetricDefinition>(Object.entries(ownMetrics))

test('docs/telemetry.md tells of every metric as it is, and of no other', () => {
  const rows = [...docs('telemetry.md').matchAll(/^\| `(gatehouse_\w+)` \| (\w+) \| (.*?) \| (.*) \|$/gm)]
  const told = rows.map(([, name, kind, labels, help]) => [name, kind, labels, help])
  const wanted = [...known].map(([name, { kind, labels, help }]) => [
    name,
    kind,
    labels.map(label => `\`${label}\``).join(', '),
    help,
  ])
  assert.deepEqual(told, wanted)
})

test('the dashboard asks for metrics and labels that there are', () => {
  const text = docs('grafana/gatehouse.json')
  const queries = [...text.matchAll(/"(?:expr|query)": "((?:[^"\\]|\\.)*)"/g)].map(
    ([, query = '']) => JSON.parse(`"${query}"`) as string,
  ) // matched by a pattern of JSON strings
  const names = queries.flatMap(query => query.match(/gatehouse_\w+/g) ?? [])
  const bases = new Set(names.map(name => (known.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''))))
  for (const name of bases) assert.ok(known.has(name), name)
  const drawn = new Set(bases)
  assert.deepEqual(
    [...known.keys()].filter(name => !drawn.has(name)),
    ['gatehouse_workers'],
    'every metric but the number of threads is drawn',
  )
  const labels = new Set([...known.values()].flatMap(metric => [...metric.labels]))
  for (const query of queries)
    for (const [, label = ''] of query.matchAll(/[{,](\w+)=~?"/g)) assert.ok(labels.has(label), `${label} in ${query}`)
})
