import { workerData } from 'node:worker_threads'
import '../../src/gateway/supervisor/worker.ts'

/** The gateway's own worker, which a test can make fail by telling its index. */
const channel = new BroadcastChannel('mortal-workers')
channel.onmessage = ({ data }) => {
  if (data === workerData.index) throw new Error('told to die')
}
// it must not keep a worker alive that is asked to stop
channel.unref()
