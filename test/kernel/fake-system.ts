/** A kernel on the fake machine with some activities, and the invariants that hold for it at all times. */
import type { Activity } from '../../src/kernel/activity.ts'
import type { Capability } from '../../src/kernel/capability.ts'
import { newActivity } from '../../src/kernel/create-activity.ts'
import { handleSystemCall } from '../../src/kernel/dispatch.ts'
import { KernelState } from '../../src/kernel/kernel-state.ts'
import { muxEps } from '../../src/kernel/numbers.ts'
import { kernelMemory } from '../../src/kernel/objects.ts'
import type { KernelMemory, TileObject } from '../../src/kernel/objects.ts'
import { Quota } from '../../src/kernel/quota.ts'
import { sideCallReply } from '../../src/kernel/side-calls.ts'
import { Tcu } from '../../src/kernel/tcu.ts'
import { rootTileObject, TileState } from '../../src/kernel/tile-state.ts'
import { FakeMachine } from './fake-machine.ts'
import type { SentMessage } from './fake-machine.ts'
import { createMonitor } from './invariants/index.ts'
import type { Monitor } from './invariants/index.ts'

export interface FakeSystem {
  readonly machine: FakeMachine
  readonly kernel: KernelState
  readonly activities: readonly Activity[]
  readonly memory: KernelMemory
  readonly tiles: readonly TileObject[]
  /** Tiles whose multiplexers answer nothing. */
  readonly silent: Set<number>
  /** Answers of everybody who is no multiplexer; undefined leaves the request unanswered. */
  answers: (message: SentMessage) => Uint8Array | undefined
  /** Answers of multiplexers. */
  muxAnswers: (message: SentMessage) => Uint8Array
  /** Makes a system call with these bytes and lets the kernel run until nothing is ready; gives what it answered. */
  readonly call: (caller: Activity, payload: Uint8Array) => Promise<readonly bigint[] | undefined>
  /** All answers to system calls so far. */
  readonly answered: { readonly caller: Activity; readonly words: readonly bigint[] }[]
  /** Lets the kernel run and others answer until nothing happens any more. */
  readonly settle: () => Promise<void>
  /** Lets time pass, in nanoseconds. */
  readonly pass: (nanoseconds: bigint) => Promise<void>
}

const tileIds = [0x25, 0x00, 0x20]
const wordsOf = (bytes: Uint8Array): readonly bigint[] => [...new BigUint64Array(bytes.buffer, 0, bytes.length / 8)]

/** Three tiles with an activity each; they share one kernel memory. */
export const fakeSystem = (memoryBytes = 100_000): FakeSystem => {
  const machine = new FakeMachine(tileIds)
  const kernel = new KernelState(new Tcu(machine))
  const memory = kernelMemory(new Quota(0, memoryBytes))
  const tiles = tileIds.map((id) => {
    const queue = kernel.queues.create(() => ({ tile: id, ep: muxEps.sideCalls }))
    const state = new TileState(id, machine.tiles.get(id)?.descriptor ?? 0n, queue)
    state.mux = 'running'
    kernel.tiles.set(id, state)
    return rootTileObject(state)
  })
  const activities = tiles.map((tile, index) => {
    const activity = newActivity(kernel, { name: `activity ${index}`, root: false, tile, kmem: memory })
    activity.state = 'running'
    return activity
  })
  const callers = new Map<number, Activity>()
  let offset = 0
  const system: FakeSystem = {
    machine,
    kernel,
    activities,
    memory,
    tiles,
    silent: new Set(),
    answers: () => undefined,
    muxAnswers: () => sideCallReply(0),
    answered: [],
    call: async (caller, payload) => {
      machine.replies = []
      offset = (offset + 512) % (32 * 512)
      callers.set(offset, caller)
      const before = system.answered.length
      const message = { offset, label: BigInt(caller.id), sender: 0, payload }
      await kernel.threads.start(() => handleSystemCall(kernel, message))
      await system.settle()
      return system.answered.slice(before).find((answer) => answer.caller === caller)?.words
    },
    settle: async () => {
      for (;;) {
        while (await kernel.threads.runReady()) continue
        const [next] = machine.sent.flatMap((message) => {
          const payload = answerTo(system, message)
          return payload === undefined ? [] : [{ message, payload }]
        })
        if (next === undefined) return
        const { message, payload } = next
        machine.sent = machine.sent.filter((sent) => sent !== message)
        await kernel.queues.answer({ offset: 0, label: message.replyLabel, sender: message.tile, payload })
      }
    },
    pass: async (nanoseconds) => {
      machine.time += nanoseconds
      await kernel.queues.expire()
      await system.settle()
    },
  }
  machine.onReply = (at, payload) => {
    const caller = callers.get(at)
    if (caller !== undefined) system.answered.push({ caller, words: wordsOf(payload) })
  }
  return system
}

const answerTo = (system: FakeSystem, message: SentMessage): Uint8Array | undefined => {
  if (message.ep !== muxEps.sideCalls) return system.answers(message)
  return system.silent.has(message.tile) ? undefined : system.muxAnswers(message)
}

/** Every capability of every table. */
export const allCapabilities = (system: FakeSystem): readonly Capability[] =>
  system.activities.flatMap(({ table }) => table.all())

const monitors = new WeakMap<FakeSystem, Monitor>()

/** All invariants of kernel section 7, now and against the last look. */
export const expectInvariants = (system: FakeSystem): void => {
  const { machine } = system
  const memory = (_tile: number, _address: number, bytes: number): Uint8Array => new Uint8Array(bytes)
  const monitor =
    monitors.get(system) ?? createMonitor({ register: (tile, offset) => machine.peek(tile, offset), memory })
  monitors.set(system, monitor)
  monitor.look(system.kernel)
}
