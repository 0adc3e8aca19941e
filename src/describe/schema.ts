/** What a description of a system may say, as a schema: for checks, for editors, and for the types of TypeScript. NoC section 13. */
import { acceleratorIsas, acceleratorLeastBytes, type AcceleratorLogic } from '#layout'
import { z } from 'zod'

const logics = Object.keys(acceleratorIsas) as [AcceleratorLogic, ...AcceleratorLogic[]]

const whole = (least: number, most: number) => z.int().min(least).max(most)

const id = z
  .union([
    whole(0, 255),
    z.string().regex(/^0x[0-9a-f]{1,2}$/i, 'expected an id such as "0x06", or "auto"'),
    z.literal('auto'),
  ])
  .describe('8-bit module id {x3, y3, z2}, as a number or as "0x06"; auto takes the next free one at the router')

const place = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, 'expected small letters, digits and _, with a letter first')
    .describe('name of the module, in hardware and in lists of ids'),
  router: z
    .string()
    .optional()
    .describe('name of its router (x0_y1, r3, or that of a custom graph); auto spreads modules evenly'),
  id: id.optional(),
  clockHz: z.int().positive().optional().describe('clock of the module, when it is not that of the network'),
}

const spm = {
  memoryBytes: z
    .int()
    .positive()
    .default(256 * 1024)
    .describe('size of the local memory in bytes, a power of two'),
  memoryBase: z.int().nonnegative().optional().describe('first address of the local memory'),
}

const tile = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('compute'), ...place, ...spm, role: z.enum(['kernel', 'user']).default('user') }),
    z.strictObject({
      kind: z.literal('accelerator'),
      ...place,
      memoryBytes: z.int().positive().default(acceleratorLeastBytes),
      logic: z.enum(logics).optional().describe('which accelerator; needed for hardware'),
    }),
    z.strictObject({
      kind: z.literal('core'),
      ...place,
      ...spm,
      role: z.enum(['kernel', 'user']).default('user'),
      link: z.enum(['axi', 'flits']).default('axi').describe("how the core's own accesses come"),
      bus: z
        .strictObject({
          dataBits: z.union([z.literal(64), z.literal(128)]).optional(),
          idBits: whole(1, 32).optional(),
          reads: z.union([z.literal(2), z.literal(4), z.literal(8), z.literal(16)]).optional(),
          writes: whole(1, 16).optional(),
        })
        .optional()
        .describe('AXI4 of the core; reads and writes that may be under way'),
      windows: z
        .array(
          z.strictObject({
            memory: z.string().describe('name of a memory'),
            address: whole(0, 0xffff_ffff).describe('where the window begins in that memory'),
            bytes: whole(1, 0x4000_0000),
            access: z.enum(['read', 'readWrite']).default('readWrite'),
          }),
        )
        .max(4)
        .describe('memory that the core reaches by itself: window i from 0x10000000 + i * 0x40000000 on'),
    }),
    z.strictObject({ kind: z.literal('cached'), ...place, role: z.enum(['kernel', 'user']).default('user') }),
    z.strictObject({ kind: z.literal('cachedBounded'), ...place, role: z.enum(['kernel', 'user']).default('user') }),
    z.strictObject({ kind: z.literal('uart'), ...place }),
    z.strictObject({ kind: z.literal('traffic'), ...place }),
  ])
  .describe('a tile or another module at the network')

const memory = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('memory'),
    ...place,
    memoryBytes: z
      .int()
      .positive()
      .default(1024 * 1024),
    memoryBase: z.int().nonnegative().default(0),
    latency: whole(1, 20).optional().describe('cycles from an access to its line'),
  }),
  z.strictObject({
    kind: z.literal('dram'),
    ...place,
    memoryBytes: z.int().positive().optional().describe('size in bytes, a multiple of 4096; needed for hardware'),
    memoryBase: z.int().nonnegative().default(0),
    dataBits: z
      .union([z.literal(64), z.literal(128)])
      .optional()
      .describe('bits of a word of its AXI4'),
  }),
])

const topology = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mesh'), columns: z.int(), rows: z.int() }),
  z.strictObject({ kind: z.literal('torus'), columns: z.int(), rows: z.int() }),
  z.strictObject({ kind: z.literal('ring'), routers: z.int() }),
  z.strictObject({ kind: z.literal('star') }),
  z.strictObject({
    kind: z.literal('custom'),
    routers: z.array(z.string()),
    channels: z.array(z.strictObject({ from: z.string(), to: z.string(), stages: z.int().optional() })),
    root: z.string().optional(),
    table: z.record(z.string(), z.string()).optional(),
  }),
])

const messageClass = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])

const network = z.strictObject({
  topology: topology.describe('shape of the network'),
  routing: z.enum(['xy', 'yx', 'direct', 'dateline', 'upDown', 'table', 'shortest']).optional(),
  classes: z
    .union([z.literal('auto'), z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
    .default('auto')
    .describe('message classes; auto takes what the modules need'),
  planes: z.array(z.array(messageClass)).optional().describe('classes of each physical network'),
  vcsPerClass: z.int().optional(),
  depth: z.int().optional().describe('flits of each virtual channel at an input'),
  phits: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]).optional(),
  pipeline: z.enum(['one', 'two']).optional(),
  rounds: z.union([z.literal(1), z.literal(2)]).optional(),
  outputRegister: z.boolean().optional(),
  linkStages: z.int().optional(),
  fullRate: z.boolean().optional(),
  arbitration: z.enum(['roundRobin', 'sourceWeighted', 'age', 'priority']).optional(),
  priority: z.strictObject({ levels: z.array(z.int()), bound: z.int() }).optional(),
  guards: z.strictObject({ tx: z.int(), rx: z.int() }).optional(),
  rateLimit: z.strictObject({ flits: z.int(), burst: z.int() }).optional(),
  counters: z.boolean().optional(),
  longestPacket: z.int().optional(),
})

/** The schema of a description. */
export const descriptionSchema = z.strictObject({
  $schema: z.string().optional().describe('where editors find this schema'),
  name: place.name,
  chip: z.int().default(0),
  clockHz: z.int().positive().default(100_000_000).describe('clock of network and tiles'),
  sendTimeoutCycles: z
    .int()
    .nonnegative()
    .default(200_000_000)
    .describe('after which a TCU gives up; 0 waits for ever'),
  network,
  tiles: z.array(tile),
  memories: z.array(memory).default([]),
  ackBypassWrites: z.boolean().default(false).describe('cores are told when their writes are stored'),
  host: z
    .strictObject({
      ...place,
      link: z.enum(['flits', 'uart', 'datagrams']).optional().describe('how the host is connected'),
      bridge: z
        .strictObject({
          format: z.enum(['framed', 'raw']).optional(),
          sources: z.enum(['stamped', 'kept']).optional(),
          baud: whole(1, 10_000_000).optional(),
          depth: whole(37, 512).optional(),
          largestPacket: whole(34, 509).optional(),
          outstanding: whole(1, 8).optional(),
          counterBits: whole(8, 64).optional(),
        })
        .optional()
        .describe('the bridge behind uart and datagrams'),
    })
    .optional()
    .describe('where packets for chip 0x3f go'),
})

/** A description as its designer writes it: what is left out has its default. */
export type SocDescription = z.input<typeof descriptionSchema>

/** A description with its defaults. */
export type FullDescription = z.output<typeof descriptionSchema>

/** A tile, memory or host of a description. */
export type DescribedModule =
  FullDescription['tiles'][number] | FullDescription['memories'][number] | NonNullable<FullDescription['host']>

/** Types a description while it is written; `tessera noc check` reads what a file exports as `system`. */
export const defineSystem = (description: SocDescription): SocDescription => description

/** The schema for editors, JSON Schema 2020-12. */
export const jsonSchema = (): object => z.toJSONSchema(descriptionSchema, { io: 'input' })
