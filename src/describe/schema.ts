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
  }),
  z.strictObject({ kind: z.literal('dram'), ...place, memoryBytes: z.int().positive().optional() }),
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
  host: z.strictObject(place).optional().describe('where packets for chip 0x3f go'),
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
