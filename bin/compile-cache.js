import { fileURLToPath } from 'node:url'

// What was compiled once is kept, for the threads and the next start: a command then starts in half the time. It lies beside the code, where only
// those can write who can change the code too; where it cannot be written, all is compiled at each start.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/gatehouse', import.meta.url))
