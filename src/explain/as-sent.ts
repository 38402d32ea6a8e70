/** A path or query as it is sent: what no request line can have is percent-encoded. */
export const targetAsSent = (text: string) => text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent)

/** A header's text in UTF-8, as command lines send it: a character for each byte, which is how the gateway reads it. */
export const fieldInUtf8 = (text: string) => Buffer.from(text).toString('latin1')

/** A header's text as it can be sent: in ISO 8859-1, or in UTF-8 when that does not do. */
export const fieldAsSent = (text: string) => (/[^\0-\xff]/.test(text) ? fieldInUtf8(text) : text)
