/** noopbench and bsyscall: how long system calls take. Services section 7.2. */
import { activityOperations, encodeRequest, selectors, semaphoreOperations, systemCalls } from '#kernel'
import type { Context } from '../../../src/services/index.ts'
import { childOn } from '../../../test/services/acceptance/start-child.ts'
import { rootSelectors, runAsRoot } from '../../../test/services/run-programs.ts'
import { defaultSystem } from '#layout'
import { cyclesRow, median, type Row } from '../row.ts'
import { distribution, HardwareTime, lengthOf, shareRow, timed, type Span } from './clock.ts'
import { openOn, tell, type OsOptions } from './options.ts'

const { tile, memory } = rootSelectors(2)
const act = selectors.activity
const none = selectors.invalid
const none64 = { bufferMemory: none, bufferOffset: 0 } as const
/** Selectors that every round uses and revokes. */
const s = {
  rgate: 200,
  sgate: 201,
  mgate: 202,
  derived: 203,
  sem: 204,
  ep: 205,
  kmem: 206,
  tile: 207,
  srv: 208,
} as const
const more = { session: 209, activity: 210, other: 60, memory: 211 } as const
const page = 0x1000

type Step = readonly [name: string, request: Uint8Array]

/** One round: what a call makes, the next ones use, and the last ones take away. */
const round = (child: number, activeRgate: number): readonly Step[] => {
  const c = systemCalls
  const revoke = (start: number): Uint8Array => encodeRequest(c.revoke, { act, range: { start, count: 1 }, own: true })
  return [
    ['noop', encodeRequest(c.noop, {})],
    ['create_rgate', encodeRequest(c.createRgate, { dst: s.rgate, order: 7, messageOrder: 6 })],
    ['create_sgate', encodeRequest(c.createSgate, { dst: s.sgate, rgate: activeRgate, label: 1, credits: 1 })],
    [
      'create_mgate',
      encodeRequest(c.createMgate, { dst: s.mgate, act, address: 0x1000_8000, size: page, permissions: 3 }),
    ],
    ['create_sem', encodeRequest(c.createSem, { dst: s.sem, value: 1 })],
    ['create_srv', encodeRequest(c.createSrv, { dst: s.srv, rgate: activeRgate, creator: 0, name: 'bench' })],
    [
      'create_sess',
      encodeRequest(c.createSess, { dst: more.session, srv: s.srv, creator: 0, ident: 3, autoClose: false }),
    ],
    ['alloc_ep', encodeRequest(c.allocEp, { dst: s.ep, act, ep: none, replies: 0 })],
    ['activate a memory gate', encodeRequest(c.activate, { ep: s.ep, gate: s.mgate, ...none64 })],
    ['activate a send gate instead', encodeRequest(c.activate, { ep: s.ep, gate: s.sgate, ...none64 })],
    ['activate nothing', encodeRequest(c.activate, { ep: s.ep, gate: none, ...none64 })],
    [
      'derive_mem',
      encodeRequest(c.deriveMem, { act, dst: s.derived, src: memory(0), offset: 0, size: page, permissions: 1 }),
    ],
    ['derive_kmem', encodeRequest(c.deriveKmem, { kmem: selectors.kernelMemory, dst: s.kmem, quota: 4096 })],
    [
      'derive_tile',
      encodeRequest(c.deriveTile, { tile: tile(1), dst: s.tile, eps: 4, time: undefined, pts: undefined }),
    ],
    ['get_sess', encodeRequest(c.getSess, { srv: s.srv, act: child, dst: more.other + 1, sid: 3 })],
    ['mgate_region', encodeRequest(c.mgateRegion, { mgate: s.mgate })],
    ['rgate_buffer', encodeRequest(c.rgateBuffer, { rgate: activeRgate })],
    ['kmem_quota', encodeRequest(c.kmemQuota, { kmem: selectors.kernelMemory })],
    ['tile_quota', encodeRequest(c.tileQuota, { tile: tile(1) })],
    ['tile_info', encodeRequest(c.tileInfo, { tile: tile(1) })],
    ['tile_mem', encodeRequest(c.tileMem, { tile: tile(1), dst: more.memory })],
    ['sem_ctrl up', encodeRequest(c.semCtrl, { sem: s.sem, op: semaphoreOperations.up })],
    ['sem_ctrl down', encodeRequest(c.semCtrl, { sem: s.sem, op: semaphoreOperations.down })],
    [
      'exchange',
      encodeRequest(c.exchange, { act: child, own: { start: s.derived, count: 1 }, other: more.other, obtain: false }),
    ],
    [
      'revoke of a copy with another activity',
      encodeRequest(c.revoke, { act, range: { start: s.derived, count: 1 }, own: false }),
    ],
    ['revoke of a memory gate', revoke(s.derived)],
    ['reset_stats', encodeRequest(c.resetStats, {})],
    ['revoke of a tile share', revoke(s.tile)],
    ['revoke of a service with its session', revoke(s.srv)],
    ...[s.rgate, s.sgate, s.mgate, s.sem, s.ep, s.kmem, more.memory].map((each): Step => ['', revoke(each)]),
  ]
}

const measureCalls = async (context: Context, rounds: number, found: Map<string, Span[]>): Promise<void> => {
  const { calls } = context
  const activeRgate = 190
  await calls.call(systemCalls.createRgate, { dst: activeRgate, order: 7, messageOrder: 6 })
  await calls.call(systemCalls.allocEp, { dst: 191, act, ep: none, replies: 2 })
  const buffer = context.allocateBuffer(128)
  await calls.call(systemCalls.activate, { ep: 191, gate: activeRgate, bufferMemory: none, bufferOffset: buffer })
  const child = await childOn(context, 'idle', tile(1))
  const steps = round(child.selector, activeRgate)
  for (let turn = 0; turn <= rounds; turn++)
    for (const [name, request] of steps) {
      let answer: Uint8Array | undefined
      const span = await timed(context.tile, async () => {
        answer = await calls.raw(request)
      })
      if (answer?.[0] !== 0) throw new Error(`${name === '' ? 'revoke' : name} ended with error ${answer?.[0]}`)
      // The first turn warms up.
      if (turn > 0 && name !== '') found.set(name, [...(found.get(name) ?? []), span])
    }
  await calls.revoke(child.selector)
  await measureActivities(context, rounds, found)
}

/** The life of an activity that does nothing, call by call. */
const measureActivities = async (context: Context, rounds: number, found: Map<string, Span[]>): Promise<void> => {
  const { calls, tile: here } = context
  const note = async (name: string, action: () => Promise<unknown>): Promise<void> => {
    found.set(name, [...(found.get(name) ?? []), await timed(here, action)])
  }
  for (let turn = 0; turn < Math.min(rounds, 5); turn++) {
    const made = { dst: more.activity, tile: tile(1), kmem: selectors.kernelMemory, name: 'idle' }
    await note('create_activity', () => calls.call(systemCalls.createActivity, made))
    const stop = { act: more.activity, op: activityOperations.stop, arg: 0 }
    await note('act_ctrl stop', () => calls.call(systemCalls.actCtrl, stop))
    await note('revoke of an activity', () => calls.revoke(more.activity))
  }
}

/** Kernel and programs on the default system, root being the one that calls. */
export const benchCalls = async (options: OsOptions): Promise<readonly Row[]> => {
  const rounds = options.full ? 100 : 10
  tell(`noopbench, bsyscall: each call ${rounds} times`)
  const found = new Map<string, Span[]>()
  const hardware = new HardwareTime()
  const { exits } = await runAsRoot(
    (context) => measureCalls(context, rounds, found),
    {},
    {
      system: defaultSystem,
      platform: openOn(options, hardware.add),
      limitCycles: 20_000_000,
    },
  )
  if (exits.get('root') !== 0) throw new Error(`the program that makes system calls ended with ${exits.get('root')}`)
  const noops = found.get('noop') ?? []
  const cycles = noops.map(lengthOf)
  return [
    ...distribution('noopbench', cycles),
    shareRow(
      'noopbench, share of hardware',
      hardware.busy(noops),
      cycles.reduce((sum, each) => sum + each, 0),
    ),
    ...[...found]
      .filter(([name]) => name !== 'noop')
      .map(([name, spans]) => cyclesRow(`bsyscall ${name}`, median(spans.map(lengthOf)))),
  ]
}
