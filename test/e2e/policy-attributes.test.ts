import { after, before, test } from 'node:test'
import { contents } from './policy-attributes/content.ts'
import { keeping } from './policy-attributes/keeping.ts'
import { limits } from './policy-attributes/limits.ts'
import { messages } from './policy-attributes/messages.ts'
import { requests } from './policy-attributes/requests.ts'
import { type Stand, startStand } from './policy-attributes/stand.ts'
import { tokens } from './policy-attributes/tokens.ts'

/** Every attribute of the reference that no story of the other files meets, through a real listener. */
const cases = [...messages, ...requests, ...limits, ...keeping, ...contents, ...tokens]

let stand: Stand
before(async () => {
  stand = await startStand(cases)
})
after(() => stand?.stop())

for (const one of cases) test(one.shows, () => stand.run(one))
