import { readdirSync, readFileSync } from 'node:fs'

/** A page of docs/errors. */
export interface ReasonPage {
  readonly title: string
  readonly means: string
  readonly status: string
  /** By heading, without blanks around. */
  readonly sections: ReadonlyMap<string, string>
  /** The answer that it shows; undefined where the caller gets none that could be shown. */
  readonly answer: ShownAnswer | undefined
}

export interface ShownAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

const folder = new URL('../docs/errors/', import.meta.url)

/** All pages, by the code that their files are named for. */
export function readReasonPages(): ReadonlyMap<string, ReasonPage> {
  const files = readdirSync(folder).filter(name => name.endsWith('.md'))
  return new Map(files.map(name => [name.slice(0, -'.md'.length), readPage(readFileSync(new URL(name, folder), 'utf8'))]))
}

function readPage(text: string): ReasonPage {
  const [top = '', ...rest] = text.split('\n## ')
  const [title = '', means = ''] = top.split('\n\n')
  const sections = new Map(rest.map(section => [section.split('\n', 1)[0] ?? '', section.slice(section.indexOf('\n')).trim()]))
  const shown = /```http\n(?<http>[\s\S]*?)\n```/.exec(sections.get('What the caller sees') ?? '')?.groups?.http
  return {
    title: title.replace(/^# /, ''),
    means,
    status: /^- Status: (.*)$/m.exec(top)?.[1] ?? '',
    sections,
    answer: shown === undefined ? undefined : readAnswer(shown),
  }
}

function readAnswer(http: string): ShownAnswer {
  const [head = '', body = ''] = http.split('\n\n')
  const [line = '', ...fields] = head.split('\n')
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) \S/.exec(line)?.[1]),
    headers: new Headers(fields.map(field => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1)])),
    body,
  }
}
