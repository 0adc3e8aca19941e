/** Cooperative threads: one runs at a time, until it ends or suspends itself. Source: kernel section 3.4. */

/** Something that threads wait for. A wake-up says "look again", nothing more. */
export class WaitQueue {
  readonly waiting: (() => void)[] = []
}

/**
 * The kernel's threads. Between two suspensions a thread is atomic: neither another thread nor the work loop runs, even
 * while it waits for its own TCU.
 */
export class Threads {
  readonly #ready: (() => void)[] = []
  #yield: () => void = () => {}
  #fail: (reason: unknown) => void = () => {}

  /** Runs a new thread until it ends or suspends. */
  start(body: () => Promise<void>): Promise<void> {
    return this.#run(() => this.#begin(body))
  }

  /** Lets a new thread run when its turn comes, after the running one. */
  spawn(body: () => Promise<void>): void {
    this.#ready.push(() => this.#begin(body))
  }

  /** Lets the next ready thread run; false when none is ready. */
  async runReady(): Promise<boolean> {
    const resume = this.#ready.shift()
    if (resume === undefined) return false
    await this.#run(resume)
    return true
  }

  /** Suspends the running thread until `queue` is woken. The caller looks again afterwards. */
  suspend(queue: WaitQueue): Promise<void> {
    const yielded = this.#yield
    return new Promise((resume) => {
      queue.waiting.push(resume)
      yielded()
    })
  }

  /** Makes everybody ready who waits at `queue`. */
  wake(queue: WaitQueue): void {
    this.#ready.push(...queue.waiting.splice(0))
  }

  #begin(body: () => Promise<void>): void {
    body().then(
      () => this.#yield(),
      (reason: unknown) => this.#fail(reason),
    )
  }

  #run(step: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#yield = resolve
      this.#fail = reject
      step()
    })
  }
}
