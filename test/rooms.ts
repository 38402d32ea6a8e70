/**
 * Holds the tree to the rooms of ARCHITECTURE.md: a room imports only from rooms above it, and no file imports itself through
 * others. Prints each breach with its file and exits 1 when there is one.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'src')

/** From the highest to the lowest; a room sees those before it. */
const rooms = [
  'catalog',
  'expressions',
  'workspace',
  'identity',
  'access',
  'policies',
  'audit',
  'store',
  'gateway',
  'directory',
  'explain',
  'management',
  'cli',
]
/** These three stand side by side: none sees another. */
const neighbours = new Set(['directory', 'explain', 'management'])

function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(source, name))
}

/** The project's own files that a file imports; types count, they bind rooms as values do. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const found: string[] = []
  for (const match of text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/g,
  ))
    found.push(resolve(dirname(file), match[1] ?? match[2] ?? ''))
  return found
}

const roomOf = (file: string) => relative(source, file).split(sep)[0] ?? ''
const isTest = (file: string) => file.endsWith('.test.ts')

function roomBreach(from: string, to: string): string | undefined {
  if (!to.startsWith(source + sep)) return isTest(from) ? undefined : `imports ${relative(root, to)}, outside src/`
  const [mine, theirs] = [roomOf(from), roomOf(to)]
  if (mine === theirs) return undefined
  if (!rooms.includes(mine)) return `stands in no known room`
  if (rooms.indexOf(theirs) > rooms.indexOf(mine)) return `${mine}/ may not see ${theirs}/ (${relative(root, to)})`
  if (neighbours.has(mine) && neighbours.has(theirs)) return `${mine}/ and ${theirs}/ do not see each other`
  return undefined
}

/** The first way round from each file back to itself, each circle once. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    if (at >= 0) {
      found.push([...path.slice(at), file])
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return found
}

const files = sourceFiles()
const graph = new Map(files.map(file => [file, importsOf(file)]))
const breaches: string[] = []
for (const [file, imports] of graph)
  for (const to of imports) {
    const breach = roomBreach(file, to)
    if (breach !== undefined) breaches.push(`${relative(root, file)}: ${breach}`)
  }
for (const circle of cycles(graph))
  breaches.push(`a circle of imports: ${circle.map(file => relative(source, file)).join(' -> ')}`)

for (const breach of breaches) process.stderr.write(`${breach}\n`)
process.stdout.write(`${files.length} files in ${rooms.length} rooms, ${breaches.length} breaches\n`)
process.exitCode = breaches.length === 0 ? 0 : 1
