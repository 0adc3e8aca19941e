/** The serial console service. Source: services section 6.1. */
import { CallError, codes } from '#kernel'
import { resourcesOf } from '../../library/resources.ts'
import { registerService, unregisterService } from '../../manager/client.ts'
import type { Program } from '../../runtime/program.ts'
import { openPolledGate } from '../../service/gate-poll.ts'
import { sessionLimits } from '../../service/control.ts'
import { Notifications } from '../../service/notifications.ts'
import { Service } from '../../service/service.ts'
import { serialGate } from '../protocol.ts'
import { terminalHandlers } from './handlers.ts'
import type { TerminalSession } from './sessions.ts'
import { Terminal } from './terminal.ts'
import { Windows } from './windows.ts'

/** Bytes of a slot: the answer to FStat has to fit. */
const requestBytes = 128

/** Shares the serial line among programs; without `<serial/>` nobody types anything. */
export const vterm: Program = {
  name: 'vterm',
  summary: 'shares the serial line among programs: what they write is printed, what is typed goes to who reads',
  main: async (context) => {
    if (context.args.length > 0) throw new CallError(codes.InvArgs, 'vterm: it takes no arguments')
    const sessions = sessionLimits.usual
    const service = await Service.create<TerminalSession>(context, {
      ...{ name: 'vterm', sessions, requestBytes, connections: 1 },
    })
    const serial = resourcesOf(context, 'receive gate').find(({ name }) => name === serialGate)
    const windows = await Windows.create(context, sessions)
    const terminal = new Terminal(
      context,
      windows,
      serial === undefined ? undefined : await openPolledGate(context, serial.selector),
    )
    const notifications = await Notifications.create(context)
    await registerService(context, { ...service.registration, name: 'vterm', sessions })
    await service.serve(terminalHandlers(context, service, { terminal, windows, notifications }))
    await unregisterService(context, service.registration.selector)
    return codes.Success
  },
}
