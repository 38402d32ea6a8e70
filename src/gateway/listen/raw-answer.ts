import { STATUS_CODES } from 'node:http'

/** An answer with API Management's error body, and the id of its record, for a connection that is then closed. */
export function rawAnswer(status: number, text: string, requestId: string): string {
  const body = JSON.stringify({ statusCode: status, message: text })
  return `HTTP/1.1 ${status} ${text}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\nX-Request-Id: ${requestId}\r\n\r\n${body}`
}

/** A response head for a connection that HTTP's own writer no longer serves. Names and values that could break out of their line are left out. */
export function rawHead(status: number, reason: string, fields: readonly string[]): string {
  const lines = [`HTTP/1.1 ${status} ${clean(reason) || (STATUS_CODES[status] ?? 'Unknown')}`]
  for (let i = 0; i < fields.length; i += 2) {
    const [name = '', value = ''] = [fields[i], fields[i + 1]]
    if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[\r\n\0]/.test(value)) lines.push(`${name}: ${value}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

const clean = (text: string) => text.replace(/[^\t\x20-\x7e]/g, '')
