import { namesParameter } from './credential-name.ts'

/** The name of a query parameter or of one in a fragment, with its sign; in a URL that stands encoded in another one, too. */
const parameter = /(?<=[?&#]|%3F|%26|%23)((?:[^?&#=%]|%(?!3F|26|23|3D))+)(?:=|%3D)/gi
const userInAddress = /\/\/[^/@?#\s]*@/g
const end = /[&#]/g

/** A URL, or a text with URLs, in which no user is named and no value of a parameter that is called as a credential stands. */
export function withoutUrlCredentials(text: string): string {
  let shown = ''
  let at = 0
  for (const { 0: found, 1: name = '', index } of text.matchAll(parameter)) {
    if (index < at || !namesParameter(name)) continue // in a value that is hidden
    shown += `${text.slice(at, index + found.length)}***`
    end.lastIndex = index + found.length
    at = end.exec(text)?.index ?? text.length
  }
  return (shown + text.slice(at)).replace(userInAddress, '//***@')
}
