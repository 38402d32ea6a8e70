import { workerData } from 'node:worker_threads'

/** The thread that writes the trail, but that it dies when it is told so on the channel that bears its run's name. */
const channel = new BroadcastChannel(workerData.run)
channel.onmessage = () => {
  throw new Error('made to die')
}
await import('../audit-thread.ts')
