/** `1 call`, `2 calls`; `plural` is told where an `s` does not make it. */
export function counted(count: number, word: string, plural = `${word}s`): string {
  return `${count} ${count === 1 ? word : plural}`
}
