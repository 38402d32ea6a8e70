import type { Rule } from './mix-up.ts'

/** Seconds within which a token that is too old or too young may be a matter of clocks. */
const skew = 300

export const clock: Rule = ({ reason, received, now }) => {
  if (reason !== 'token.expired' && reason !== 'token.not-yet-valid') return undefined
  const time = Date.parse(received[0] ?? '') / 1000
  if (Number.isNaN(time)) return undefined
  const apart = Math.round(Math.abs(now / 1000 - time))
  if (apart > skew) return undefined
  const what = reason === 'token.expired' ? 'expired' : 'becomes valid in'
  return {
    code: 'clock',
    text: `The token ${what} ${apart} s${reason === 'token.expired' ? ' ago' : ''}: if it is fresh, the clocks of this machine and the issuer differ. Set them by NTP; validate-jwt has clock-skew for what remains.`,
  }
}

/** As the record says it of what came in place of `Bearer`. */
export const isOtherScheme = (received: string) => /^(?:the scheme .|another scheme$)/.test(received)

export const scheme: Rule = ({ reason, received }) => {
  if (reason !== 'token.malformed' && reason !== 'token.missing') return undefined
  const odd = received.at(-1) ?? ''
  if (odd === 'Bearer stands there twice' || odd === 'the token stands in quotes')
    return {
      code: 'scheme-twice',
      text: 'The header has "Bearer" twice, or quotes around the token: send Bearer, one blank, and the bare token.',
    }
  if (odd.startsWith('no scheme'))
    return { code: 'no-scheme', text: 'The header has the bare token: write "Bearer", a blank, and then the token.' }
  if (!isOtherScheme(odd)) return undefined
  return {
    code: 'wrong-scheme',
    text: `The header was sent under ${odd}, not Bearer: what stands behind it is no access token of Entra. Get one, and send it as Bearer.`,
  }
}
