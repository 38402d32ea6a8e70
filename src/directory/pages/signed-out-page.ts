import type { DirectoryResponse } from '../http/exchange.ts'
import { html } from './html.ts'
import { page } from './layout.ts'

/** Seconds that the applications' own sign-outs get before the browser goes on. */
const patience = 2

/** Signed out; each application is told in a frame of its own. `next`: where the browser goes then. */
export function signedOutPage(frames: readonly string[], next: string | undefined): DirectoryResponse {
  const told = frames.map(
    (address, i) => html`<iframe src="${address}" title="Sign-out of application ${i + 1}" hidden></iframe>`,
  )
  const onward = next === undefined ? undefined : html`<p><a href="${next}">Back to the application</a></p>`
  return page({
    title: 'Signed out',
    body: html`<h1>You signed out</h1><p>It is a good idea to close all browser windows.</p>${onward}${told}`,
    frames: [...new Set(frames.map(address => new URL(address).origin))],
    ...(next === undefined ? {} : { refresh: { seconds: patience, address: next } }),
  })
}
