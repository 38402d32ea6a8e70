/** What templates and samples have where the real one shall stand; `{{name}}` is a named value. */
const placeholder =
  /\{\{|^\{[\w-]+\}$|\$\{|\$\(|#\{|<[^>]+>|\[[^\]]+\]|%[A-Z_]+%|^(?:your|my|the|some|enter|insert|replace)[-_ ]|placeholder|change-?me|x{4,}|\*{3,}|\.\.\./i

/** Whether a text may be a credential: a named value is not in clear, an empty text is none, and a bare scheme is what removes one. */
export const isCredential = (text: string | undefined): text is string =>
  text !== undefined && text.length > 3 && !placeholder.test(text) && !/^(?:bearer|basic)$/i.test(text)
