/** Whether a request asks for a WebSocket (RFC 6455 §4.1, and RFC 9110 §7.8 on `Upgrade`): the one change of protocol that goes through. */
export function isHandshake(
  method: string | undefined,
  header: (name: 'connection' | 'upgrade') => string | null | undefined,
): boolean {
  if (method !== 'GET' || header('upgrade')?.toLowerCase() !== 'websocket') return false
  return /(?:^|,)[ \t]*upgrade[ \t]*(?:,|$)/i.test(header('connection') ?? '')
}
