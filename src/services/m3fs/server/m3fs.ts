/** The file server. Source: services section 3. */
import { registers } from '#layout'
import { codes } from '#kernel'
import { MemoryGate } from '../../library/memory-gate.ts'
import { resource } from '../../library/resources.ts'
import { registerService, unregisterService } from '../../manager/client.ts'
import { Service } from '../../service/service.ts'
import type { Program } from '../../runtime/program.ts'
import { expectUsable } from '../check-image.ts'
import { DamagedImage } from '../damaged.ts'
import { FileSystem } from '../file-system.ts'
import { OpenFiles } from '../open-files.ts'
import { metaConnections, metaRequestBytes } from '../protocol.ts'
import { Volume } from '../volume.ts'
import { parseArguments } from './arguments.ts'
import { gateStorage } from './gate-storage.ts'
import { m3fsHandlers } from './handlers.ts'
import type { M3fsSession } from './sessions.ts'

const nanosecondsPerSecond = 1_000_000_000n

/** Serves the files of an image in a boot module. */
export const m3fs: Program = {
  name: 'm3fs',
  summary:
    'serves the files of the image in a boot module: m3fs [-n name] [-e blocks] [-c] [-m clients] [-f module] mem',
  main: async (context) => {
    const { name, appendBlocks, freshBlocks, sessions, module } = parseArguments(context.args)
    const { selector: image, first: bytes } = resource(context, 'module', module)
    const storage = gateStorage(new MemoryGate(context, image), Number(bytes))
    let volume: Volume
    try {
      await expectUsable(storage)
      volume = await Volume.open(storage)
    } catch (reason) {
      if (!(reason instanceof DamagedImage)) throw reason
      await context.print(`module '${module}': ${reason.message}`)
      return codes.InvChecksum
    }
    const files = new OpenFiles({ appendBlocks, freshBlocks })
    const now = async (): Promise<number> =>
      Number((await context.tile.readRegister(registers.CUR_TIME)) / nanosecondsPerSecond)
    const system = new FileSystem(volume, { users: files, now })
    const options = { name, sessions, requestBytes: metaRequestBytes, connections: metaConnections }
    const service = await Service.create<M3fsSession>(context, options)
    await registerService(context, { ...service.registration, name, sessions })
    await service.serve(m3fsHandlers(service, { context, system, image }, files))
    await files.settle()
    await volume.flush()
    await unregisterService(context, service.registration.selector)
    return codes.Success
  },
}
