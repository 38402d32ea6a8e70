import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'

/** A segment that is being written. */
export class SegmentFile {
  readonly number: number
  readonly #file: FileHandle
  #size = 0
  /** Something stands behind what was written whole. */
  #isTorn = false
  #isSyncing = false
  /** Who wants to know of the next sync. */
  readonly #asked: ((error?: Error) => void)[] = []

  private constructor(number: number, file: FileHandle) {
    this.number = number
    this.#file = file
  }

  /** Makes the file, which must not be there yet, and its folder: for their owner alone. */
  static async begin(folder: string, name: string, number: number): Promise<SegmentFile> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new SegmentFile(number, await open(join(folder, name), 'ax', 0o600))
  }

  /** In bytes. */
  get size(): number {
    return this.#size
  }

  /** Writes all or nothing: what a full disk took of it is cut off again, so that the next try leaves no half line behind. */
  async append(bytes: Buffer): Promise<void> {
    await this.#mend()
    this.#isTorn = true
    try {
      for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at)).bytesWritten
    } catch (error) {
      await this.#mend()
      throw error
    }
    this.#isTorn = false
    this.#size += bytes.length
  }

  async #mend(): Promise<void> {
    if (!this.#isTorn) return
    await this.#file.truncate(this.#size)
    this.#isTorn = false
  }

  /**
   * Has the disk take what was written, while more is being written; `done` is told when it has, or why not. One sync at a time, lest they take all of node's
   * threads for files.
   */
  syncAside(done: (error?: Error) => void): void {
    this.#asked.push(done)
    if (!this.#isSyncing) void this.#syncAsked()
  }

  async #syncAsked(): Promise<void> {
    this.#isSyncing = true
    while (this.#asked.length > 0) {
      const asked = this.#asked.splice(0)
      const error = await this.#file.sync().then(
        () => undefined,
        (failed: Error) => failed,
      )
      for (const done of asked) done(error)
    }
    this.#isSyncing = false
  }

  /** The disk has all that was written when this resolves. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.syncAside(error => (error === undefined ? resolve() : reject(error)))
    })
  }

  async close(): Promise<void> {
    try {
      await this.sync()
    } finally {
      await this.#file.close()
    }
  }
}
