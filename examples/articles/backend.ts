/** The demo's backend: a handful of articles in memory. It trusts X-Caller, which only the gateway sets. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

interface Article {
  readonly id: string
  readonly title: string
  readonly author: string
}

const articles = new Map<string, Article>([
  ['1', { id: '1', title: 'The bridge is open', author: 'paul@gazette.onmicrosoft.com' }],
  ['2', { id: '2', title: 'Rain until Thursday', author: 'paul@gazette.onmicrosoft.com' }],
])
let lastId = articles.size

const server = createServer(async (request, response) => {
  const id = (request.url ?? '/').split('?')[0]?.split('/')[1] ?? ''
  if (request.method === 'GET' && id === '') return send(response, 200, [...articles.values()].reverse())
  if (request.method === 'POST' && id === '') return publish(request, response)
  const article = articles.get(id)
  if (article === undefined) return send(response, 404, { error: `there is no article ${id}` })
  if (request.method === 'GET') return send(response, 200, article)
  if (request.method !== 'DELETE') return send(response, 405, { error: `${request.method} is not for articles` })
  articles.delete(id)
  response.writeHead(204).end()
})

async function publish(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const title = titleIn(await text(request, 64 * 1024))
  if (title === undefined) return send(response, 400, { error: 'send {"title": "…"}' })
  lastId += 1
  const article = { id: String(lastId), title, author: String(request.headers['x-caller'] ?? 'nobody') }
  articles.set(article.id, article)
  send(response, 201, article)
}

async function text(request: IncomingMessage, limit: number): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk
    if (body.length > limit) return ''
  }
  return body
}

function titleIn(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body)
    const title = value !== null && typeof value === 'object' && 'title' in value ? value.title : undefined
    return typeof title === 'string' && title !== '' ? title : undefined
  } catch {
    return undefined
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
}

const [host = '127.0.0.1', port = '8090'] = (process.argv[2] ?? '').split(':').filter(part => part !== '')
server.listen(Number(port), host, () => process.stdout.write(`articles at http://${host}:${port}\n`))
// gone with whoever started it: its end of the pipe closes
process.stdin.on('end', () => process.exit(0)).resume()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
