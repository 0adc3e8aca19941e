/** Monitor of the talk's example system. Source: services section 7.5. */
import { codes } from '#kernel'
import { FileSystemClient } from '../file/file-system-client.ts'
import { openFlags } from '../m3fs/open-file.ts'
import { NetClient } from '../net/client.ts'
import type { Program } from '../runtime/program.ts'
import { monitorPort } from './example-ports.ts'

/** Takes reports of one program over the network, shows them and keeps them in a file. */
export const monitor: Program = {
  name: 'monitor',
  summary: `takes reports at TCP port ${monitorPort}, prints them, and keeps them in /log`,
  main: async (context) => {
    const files = await FileSystemClient.open(context)
    const net = await NetClient.open(context)
    const socket = await net.tcp()
    await socket.listen(monitorPort)
    await socket.accept()
    const log = await files.open('/log', openFlags.write | openFlags.create | openFlags.truncate)
    const reports = await socket.receiveAll()
    await log.write(reports)
    await log.close()
    await socket.finish()
    const lines = new TextDecoder().decode(reports).trimEnd().split('\n')
    for (const line of lines) await context.print(`report: ${line}`)
    const { size } = await files.stat('/log')
    await context.print(`kept ${lines.length} reports, ${size} bytes, in /log`)
    await net.close()
    await files.close()
    return codes.Success
  },
}
