import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where Debian puts it; CHROMIUM names another place. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why a test that needs a real browser is skipped; false when there is one. */
export const withoutChromium: string | false = existsSync(executablePath) ? false : `no Chromium at ${executablePath}`

/** Chromium that asks nobody on the network for anything of its own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
