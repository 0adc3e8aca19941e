import { expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { soc } from '#hdl/soc'
import { type HostConnection, openHostLink } from '#host-link'
import { hostRegisters, type HostPort, type SystemDescription } from '#layout'
import { simulate, type StreamInput, type StreamOutput } from '#sim/simulate'

/** A memory tile and a host at one router. */
const systemWith = (host: Partial<HostPort>): SystemDescription => ({
  ...{ name: 'hosted', chip: 3, columns: 1, rows: 1, clockHz: 1_000_000, sendTimeoutCycles: 0 },
  modules: [
    { kind: 'memory', name: 'memory', mod: 0, memoryBase: 0, memoryBytes: 4096 },
    { kind: 'host', name: 'host', mod: 1, ...host },
  ],
})

test('a host reads and writes the memory of a system, and the registers of its bridge, over datagrams', async () => {
  const design = soc(systemWith({ link: 'datagrams', bridge: { depth: 48 } }))
  using sim = simulate(design, { watch: 'ports' })
  const io = sim.io as unknown as { host_received: StreamInput; host_sent: StreamOutput }
  const toBoard: number[][] = []
  let place = 0
  let frame: number[] = []
  let hear: (bytes: Uint8Array) => void = () => undefined
  const timers = new Set<{ readonly at: number; readonly action: () => void }>()
  const clock = {
    now: () => sim.cycle / 1000,
    after: (milliseconds: number, action: () => void) => {
      const timer = { at: sim.cycle + 1000 * milliseconds, action }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  const transport = {
    kind: 'datagrams' as const,
    write: (bytes: Uint8Array) => void toBoard.push([...bytes]),
    onBytes: (receive: (bytes: Uint8Array) => void) => void (hear = receive),
  }
  const ended = async <T>(promise: Promise<T>): Promise<T> => {
    let over = false
    const end = () => (over = true)
    promise.then(end, end)
    for (let cycle = 0; cycle < 60_000 && !over; cycle++) {
      const bytes = toBoard[0]
      io.host_received.valid.value = bytes ? 1 : 0
      if (bytes)
        io.host_received.payload.value = { last: place === bytes.length - 1 ? 1 : 0, data: bytes[place] } as never
      io.host_sent.ready.value = 1
      const moves = io.host_received.fires
      if (io.host_sent.fires) {
        const { last, data } = io.host_sent.payload.value as unknown as { last: number; data: number }
        frame.push(data)
        if (last === 1) {
          hear(Uint8Array.from(frame))
          frame = []
        }
      }
      sim.step()
      if (bytes && moves && ++place === bytes.length) {
        toBoard.shift()
        place = 0
      }
      for (const timer of [...timers])
        if (timer.at <= sim.cycle) {
          timers.delete(timer)
          timer.action()
        }
      if (cycle % 8 === 0) await Promise.resolve()
    }
    if (!over) throw new Error('not ended after 60,000 cycles')
    return promise
  }
  const data = Uint8Array.from({ length: 900 }, (_, index) => (index * 11 + 5) & 0xff)

  const board: HostConnection = await ended(openHostLink(transport, { clock, session: 9 }))
  await ended(board.write(0, 0x123, data))
  const back = await ended(board.read(0, 0x123, 900))
  const link = await ended(board.readRegister(1, hostRegisters.registers.LINK.at))

  expect(board.bridge).toMatchObject({ chip: 3, modules: 2 })
  expect([...back]).toEqual([...data])
  expect(link).toBe(0x101n)
  await expect(ended(board.read(0, 0x2000, 8))).rejects.toThrow('Reading 0x2000 of module 0x0: TIMEOUT_MEM')
  await expect(ended(board.read(2, 0, 8))).rejects.toThrow('Reading 0x0 of module 0x2: TIMEOUT_NOC')
}, 60_000)

test('a system has the ports of its host link', () => {
  const portsOf = (host: Partial<HostPort>) =>
    elaborate(soc(systemWith({ ...host, bridge: { depth: 48, baud: 50_000 } })))
      .top.ports.map(({ name }) => name)
      .filter((name) => /^host_[a-z]+$/i.test(name))

  expect(portsOf({ link: 'uart' })).toEqual(['host_receive', 'host_transmit', 'host_restart', 'host_up'])
  expect(portsOf({ link: 'datagrams' })).toEqual(['host_restart', 'host_up'])
})
