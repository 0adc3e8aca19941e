/** The host's software on the pins of a board in simulation, whatever simulates it. */
import { type HostConnection, type HostLinkOptions, openHostLink } from '#host-link'

/** The board: sets the pin that it receives on, looks at the one it transmits on, and lets a cycle pass. */
export interface Pins {
  receive(level: number): void
  transmit(): number
  step(): void
}

export interface SerialHost {
  readonly host: HostConnection
  /** Lets time pass until the promise has an end; gives it. Rejects: as the promise; Error after `cycles`. */
  readonly run: <T>(promise: Promise<T>, cycles?: number) => Promise<T>
  readonly cycles: () => number
}

/** A side of a serial line, written without the hardware's parts. */
const serialSide = (cyclesPerBit: number) => {
  const bits: number[] = []
  let phase = 0
  let level = 1
  let since = -1
  let byte = 0
  return {
    send: (bytes: Uint8Array) => {
      for (const one of bytes) bits.push(0, ...Array.from({ length: 8 }, (_, bit) => (one >> bit) & 1), 1)
    },
    /** The level to the board in the next cycle. */
    next: (): number => {
      if (phase === 0) level = bits.shift() ?? 1
      phase = (phase + 1) % cyclesPerBit
      return level
    },
    /** A byte that is complete with this level. */
    hear: (now: number): number | undefined => {
      if (since < 0) {
        if (now === 0) [since, byte] = [0, 0]
        return undefined
      }
      since++
      const place = Math.floor(since / cyclesPerBit)
      if (since % cyclesPerBit !== Math.floor(cyclesPerBit / 2)) return undefined
      if (place >= 1 && place <= 8) byte |= now << (place - 1)
      if (place < 9) return undefined
      since = -1
      return now === 1 ? byte : undefined
    },
  }
}

/** Opens the link; the board is out of reset. Times are those of the board's clock. */
export const serialHost = async (
  pins: Pins,
  { clockHz, baud }: { readonly clockHz: number; readonly baud: number },
  options: HostLinkOptions = {},
): Promise<SerialHost> => {
  const line = serialSide(Math.round(clockHz / baud))
  let cycle = 0
  let timers: { readonly at: number; readonly action: () => void }[] = []
  let take: (bytes: Uint8Array) => void = () => undefined
  const clock = {
    now: () => (cycle * 1000) / clockHz,
    after: (milliseconds: number, action: () => void) => {
      const timer = { at: cycle + Math.ceil((milliseconds * clockHz) / 1000), action }
      timers.push(timer)
      return () => void (timers = timers.filter((one) => one !== timer))
    },
  }
  const pass = (): void => {
    pins.receive(line.next())
    const byte = line.hear(pins.transmit())
    pins.step()
    cycle++
    if (byte !== undefined) take(Uint8Array.of(byte))
    const due = timers.filter(({ at }) => at <= cycle)
    if (due.length === 0) return
    timers = timers.filter(({ at }) => at > cycle)
    for (const { action } of due) action()
  }
  const run = async <T>(promise: Promise<T>, cycles = 2_000_000): Promise<T> => {
    let ended = false
    const end = (): void => {
      ended = true
    }
    promise.then(end, end)
    for (let passed = 0; passed < cycles && !ended; passed++) {
      pass()
      if (passed % 64 === 0) await Promise.resolve()
    }
    if (!ended) throw new Error(`nothing came within ${cycles} cycles`)
    return promise
  }
  const transport = {
    kind: 'stream' as const,
    write: (bytes: Uint8Array) => line.send(bytes),
    onBytes: (receive: (bytes: Uint8Array) => void) => void (take = receive),
  }
  const host = await run(openHostLink(transport, { clock, session: 1, resendMilliseconds: 40, ...options }))
  return { host, run, cycles: () => cycle }
}
