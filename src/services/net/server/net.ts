/** The net service, over loopback: sockets of programs of this system among each other. Source: services section 6.5. */
import { CallError, codes } from '#kernel'
import { registerService, unregisterService } from '../../manager/client.ts'
import type { Program } from '../../runtime/program.ts'
import { Service } from '../../service/service.ts'
import { Channels } from './channels.ts'
import { netHandlers } from './handlers.ts'
import type { NetSession } from './handlers.ts'
import { Loopback } from './loopback.ts'

/** Clients at once. */
const sessions = 16
const requestBytes = 64

/** TCP and UDP inside the system. */
export const net: Program = {
  name: 'net',
  summary: 'sockets: TCP and UDP among the programs of this system',
  main: async (context) => {
    if (context.args.length > 0) throw new CallError(codes.InvArgs, 'net: it takes no arguments')
    const service = await Service.create<NetSession>(context, { name: 'net', sessions, requestBytes, connections: 1 })
    const loopback = new Loopback()
    const channels = await Channels.create(context, loopback)
    await registerService(context, { ...service.registration, name: 'net', sessions })
    await service.serve(netHandlers(loopback, channels))
    await unregisterService(context, service.registration.selector)
    return codes.Success
  },
}
