/** accelchain and scale: accelerators between files, and many programs at once. Services section 7.2. */
import type { Context } from '../../../src/services/index.ts'
import { FileSystemClient } from '../../../src/services/file/file-system-client.ts'
import { runCommand } from '../../../test/services/accelerators/boot.ts'
import { bootFiles, client, server } from '../../../test/services/m3fs/boot.ts'
import { create, freshImage, put, read, write } from '../../../test/services/m3fs/image.ts'
import { memoryOffset, type SystemDescription, type SystemModule } from '#layout'
import { cyclesRow, type Row } from '../row.ts'
import { HardwareTime, lengthOf, shareRow, timed, type Span } from './clock.ts'
import { benchSystem, openOn, tell, type OsOptions } from './options.ts'

const chains = ['copy', 'rot13 | rot13', 'copy | rot13 | rot13', 'copy | rot13 | sha3'] as const
const kibibyte = 1024

const imageWith = async (bytes: number, blocks: number): Promise<Uint8Array> => {
  const mounted = await freshImage({ blockBytes: 1024, blocks })
  await put(mounted, '/in', new Uint8Array(bytes).fill(0x61))
  await mounted.volume.flush()
  return mounted.image
}

/** What a KiB more costs: the difference of two whole runs, so that boot and set-up fall out. */
export const benchChains = async (options: OsOptions): Promise<readonly Row[]> => {
  const sizes = options.full ? [8 * kibibyte, 136 * kibibyte] : [4 * kibibyte, 20 * kibibyte]
  tell(`accelchain: ${chains.length} chains, ${sizes.map((each) => each / kibibyte).join(' and ')} KiB`)
  const rows: Row[] = []
  for (const chain of chains) {
    const cycles: number[] = []
    for (const bytes of sizes) {
      const { cycles: taken, exits } = await runCommand(
        [`${chain.split(' | ')[0]} < /in`, ...chain.split(' | ').slice(1)].join(' | ') + ' > /out',
        await imageWith(bytes, 32 + (2 * (sizes[1] as number)) / kibibyte),
        openOn(options),
      )
      if (exits['pipeline'] !== 0) throw new Error(`the chain ${chain} ended with ${exits['pipeline']}`)
      cycles.push(taken)
    }
    const [few = 0, many = 0] = cycles
    const [less = 0, more = 0] = sizes
    rows.push({
      ...cyclesRow(`accelchain file to file: ${chain}`, (many - few) / ((more - less) / kibibyte)),
      unit: 'cycles/KiB',
    })
  }
  return rows
}

/** A mesh with as many tiles for programs as are wanted: four columns, and modules 0 to 3 at each router. */
const meshWith = (users: number): SystemDescription => {
  const rows = Math.ceil((users + 3) / 16)
  const places = Array.from({ length: 4 * rows * 4 }, (_, index) => {
    const [z, router] = [index % 4, Math.floor(index / 4)]
    return ((router % 4) << 5) | (Math.floor(router / 4) << 2) | z
  }).filter((mod) => mod !== 0x05)
  const tile = (name: string, role: 'kernel' | 'user', mod: number): SystemModule => ({
    ...{ kind: 'compute', name, mod, role, memoryBase: memoryOffset, memoryBytes: 256 * kibibyte },
  })
  const [kernel = 0, memory = 0, ...others] = places
  return {
    ...benchSystem,
    ...{ name: `soc_mesh_${users}`, columns: 4, rows: Math.max(2, rows) },
    modules: [
      tile('kernel', 'kernel', kernel),
      { kind: 'memory', name: 'memory', mod: memory, memoryBase: 0, memoryBytes: 8 << 20 },
      ...others.slice(0, users).map((mod, index) => tile(`user${index + 1}`, 'user', mod)),
      { kind: 'host', name: 'host', mod: 0x05 },
    ],
  }
}

/** What each program does: system calls, and a small file of its own that it writes and reads. */
const work = async (context: Context, name: string): Promise<void> => {
  const files = await FileSystemClient.open(context)
  for (let turn = 0; turn < 4; turn++) {
    await context.calls.noop()
    const output = await files.open(`/${name}`, write | create)
    await output.write(new Uint8Array(4 * kibibyte))
    await output.close()
    const input = await files.open(`/${name}`, read)
    await input.readAll()
    await input.close()
  }
  await files.close()
}

/** Blocks of an image for each program: a file that grows gets more than it needs at once. */
const blocksEach = 64
/** Root and the file server need tiles as well. */
const otherTiles = 2

export const benchScale = async (options: OsOptions): Promise<readonly Row[]> => {
  // As many as the hardware of the other benchmarks has tiles; the model gets meshes as large as needed.
  const counts = options.platform === 'model' ? [1, 2, 4, 8, 16] : [1, 2, 4]
  tell(`scale: ${counts.join(', ')} programs`)
  const rows: Row[] = []
  let alone = 0
  for (const count of counts) {
    const names = Array.from({ length: count }, (_, index) => `copy${index}`)
    const { image } = await freshImage({ blockBytes: 1024, blocks: 32 + blocksEach * count })
    const hardware = new HardwareTime()
    const spans: Span[] = []
    const { exits } = await bootFiles({
      config: server() + names.map((name) => client(name)).join(''),
      images: { fs: image },
      programs: Object.fromEntries(
        names.map((name) => [
          name,
          async (context: Context) => {
            spans.push(await timed(context.tile, () => work(context, name)))
            return 0
          },
        ]),
      ),
      system: options.platform === 'model' ? meshWith(count + otherTiles) : benchSystem,
      platform: openOn(options, hardware.add),
      limitCycles: 100_000_000,
    })
    const failed = Object.entries(exits).find(([, code]) => code !== 0)
    if (failed !== undefined || spans.length !== count) throw new Error(`${failed?.[0]} ended with ${failed?.[1]}`)
    const mean = spans.reduce((sum, span) => sum + lengthOf(span), 0) / count
    if (count === counts[0]) alone = mean
    const all: Span = [Math.min(...spans.map(([from]) => from)), Math.max(...spans.map(([, to]) => to))]
    rows.push(
      cyclesRow(`scale ${count}: each program`, mean, alone),
      shareRow(`scale ${count}: the kernel's TCU works`, hardware.busy([all], 'kernel'), lengthOf(all)),
    )
  }
  return rows
}
