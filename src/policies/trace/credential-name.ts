/**
 * What a name says without its signs and in any case: `api_key`, `Api-Key` and `apiKey` are one. A browser can send a token with a handshake in no
 * header but `Sec-WebSocket-Protocol`.
 */
const anywhere =
  /authorization|cookie|secret|passw(?:or)?d|passphrase|token|credential|assertion|signature|sessionid|key$|^xarrclientcert$|^secwebsocketprotocol$/
/** Whole words of a name; in longer ones they are harmless (`author`, `compass`). */
const words: ReadonlySet<string> = new Set(['auth', 'pass', 'pwd', 'sig', 'session'])
/** Names that say something about credentials. */
const harmless: ReadonlySet<string> = new Set(['accesscontrolallowcredentials'])

/** Whether a header, variable or member of that name holds a credential. */
export function namesCredential(name: string): boolean {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '').toLowerCase()
  return (anywhere.test(plain) && !harmless.has(plain)) || wordsOf(name).some(word => words.has(word))
}

/** The same for a parameter of a query, as it is written there. */
export function namesParameter(written: string): boolean {
  // only such letters are asked for, and what is badly encoded is decoded as far as it goes
  const name = written.replace(/%([2-7][\da-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return name.toLowerCase() === 'code' || namesCredential(name)
}

const wordsOf = (name: string) =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
