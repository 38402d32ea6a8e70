import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'

/** A segment that is being written. */
export class SegmentFile {
  readonly number: number
  readonly #file: FileHandle
  #size = 0
  /** Something stands behind what was written whole. */
  #isTorn = false
  #syncing: Promise<void> | undefined
  #syncAgain = false

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

  /** Has the disk take what was written, while more is being written. One sync at a time, lest they take all of node's threads for files. */
  syncAside(onError: (error: Error) => void): void {
    this.#syncAgain = this.#syncing !== undefined
    this.#syncing ??= this.#file
      .sync()
      .catch(onError)
      .finally(() => {
        this.#syncing = undefined
        if (this.#syncAgain) this.syncAside(onError)
      })
  }

  /** The disk has all of it when this resolves. */
  async close(): Promise<void> {
    this.#syncAgain = false
    await this.#syncing
    try {
      await this.#file.sync()
    } finally {
      await this.#file.close()
    }
  }
}
