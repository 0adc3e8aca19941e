/** bench-ipc: round trips between two tiles. Services section 7.2. */
import { errorCodes } from '#layout'
import { systemCalls } from '#kernel'
import { bootFiles } from '../../../test/services/m3fs/boot.ts'
import { activate, allocateEndpoint } from '../../../src/services/library/endpoints.ts'
import { openReceiveGate } from '../../../src/services/library/message-gates.ts'
import { resource } from '../../../src/services/library/resources.ts'
import type { Context } from '../../../src/services/index.ts'
import type { Row } from '../row.ts'
import { distribution, HardwareTime, lengthOf, shareRow, timed, type Span } from './clock.ts'
import { benchSystem, openOn, tell, type OsOptions } from './options.ts'

/** Cross-tile RPC of the published FPGA artifact; its software ran on a BOOM core. Its maximum is that of warm caches. */
const published = { mean: 537, median: 553, min: 484, p99: 675, max: 768 } as const

/** A message of 2048 bytes has 2016 bytes of payload. */
const sizes = [1, 16, 64, 256, 1024, 2016] as const
const slotOrder = 11
const slotBytes = 2 ** slotOrder

const client =
  (rounds: number, warmUp: number, found: Map<number, Span[]>) =>
  async (context: Context): Promise<number> => {
    const { calls, tcu, tile } = context
    const rgate = context.selector()
    await calls.call(systemCalls.createRgate, { dst: rgate, order: slotOrder, messageOrder: slotOrder })
    const answers = await openReceiveGate(context, rgate)
    const endpoint = await allocateEndpoint(context)
    await activate(context, endpoint, resource(context, 'send gate', 'rpc').selector)
    const buffer = context.allocate(slotBytes)
    const call = async (bytes: number): Promise<void> => {
      const error = await tcu.send(endpoint.ep, buffer, bytes, answers.ep)
      if (error !== errorCodes.NONE) throw new Error(`SEND of ${bytes} bytes ended with ${error}`)
      const answer = await answers.receive()
      if (answer.payload.length !== bytes) throw new Error('the answer has another size')
      await answers.acknowledge(answer)
    }
    for (const bytes of sizes) {
      const spans: Span[] = []
      for (let round = 0; round < warmUp + rounds; round++) {
        const span = await timed(tile, () => call(bytes))
        if (round >= warmUp) spans.push(span)
      }
      found.set(bytes, spans)
    }
    // Without a byte: the server ends.
    await call(0)
    return 0
  }

const server = async (context: Context): Promise<number> => {
  const gate = await openReceiveGate(context, resource(context, 'receive gate', 'rpc').selector)
  for (;;) {
    const message = await gate.receive()
    await gate.reply(message, message.payload)
    if (message.payload.length === 0) return 0
  }
}

export const benchIpc = async (options: OsOptions): Promise<readonly Row[]> => {
  const [rounds, warmUp] = options.full ? [1000, 50] : [100, 10]
  tell(`bench-ipc: ${rounds} round trips of each of ${sizes.length} sizes`)
  const found = new Map<number, Span[]>()
  const hardware = new HardwareTime()
  await bootFiles({
    config:
      `<dom><app args="server"><rgate name="rpc" msgsize="${slotBytes}" slots="1"/></app></dom>` +
      '<dom><app args="client"><sgate name="rpc" credits="1" label="7"/></app></dom>',
    uses: [],
    programs: { client: client(rounds, warmUp, found), server },
    system: benchSystem,
    platform: openOn(options, hardware.add),
  })
  return [...found].flatMap(([bytes, spans]) => {
    const cycles = spans.map(lengthOf)
    const name = `bench-ipc other tile, ${bytes} B`
    const whole = cycles.reduce((sum, each) => sum + each, 0)
    return [
      ...distribution(name, cycles, bytes === 1 ? published : {}),
      shareRow(`${name}, share of hardware`, hardware.busy(spans), whole),
    ]
  })
}
