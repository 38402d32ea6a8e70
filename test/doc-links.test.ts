import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'bench/**/*.md'], { cwd: root }).filter(
  page => !page.includes('node_modules'),
)

/** Without what stands in fences, which neither links nor has headings. */
const proseOf = (file: string) => readFileSync(file, 'utf8').replace(/^( *)(`{3,})[\s\S]*?^\1\2$/gm, '')

/** What a link's `#…` may name: headings as GitHub makes them, and places that are named by hand. */
function anchorsOf(file: string): ReadonlySet<string> {
  const prose = proseOf(file)
  const seen = new Map<string, number>()
  const headings = [...prose.matchAll(/^#{1,6} +(.*?) *$/gm)].map(([, heading = '']) => {
    const slug = slugOf(heading)
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return before === 0 ? slug : `${slug}-${before}`
  })
  return new Set([...headings, ...[...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)])
}

const slugOf = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-')

/** Targets of the links that stay within the project. */
function linksOf(file: string): readonly string[] {
  return [...proseOf(file).matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?)\)/g)]
    .map(([, target = '']) => target)
    .filter(target => !/^[a-z][a-z0-9+.-]*:/i.test(target))
}

test('every link of the docs leads to a file and a heading that are there', () => {
  const astray = pages.flatMap(page =>
    linksOf(join(root, page)).flatMap(target => {
      const [path = '', anchor] = decodeURI(target).split('#')
      const file = path === '' ? join(root, page) : join(root, dirname(page), path)
      if (!existsSync(file)) return [`${page}: ${target}`]
      return anchor === undefined || anchorsOf(file).has(anchor) ? [] : [`${page}: ${target} has no such heading`]
    }),
  )
  assert.deepEqual(astray, [])
})

test('links are seen, also those whose text is code', () => {
  assert.ok(linksOf(join(root, 'docs/errors.md')).includes('errors/token.role.md'))
  assert.ok(linksOf(join(root, 'docs/errors/token.group.md')).includes('../directory.md#with-a-real-tenant'))
})
