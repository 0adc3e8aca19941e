/** The pipe server. Source: services section 4. */
import { codes } from '#kernel'
import { registerService, unregisterService } from '../../manager/client.ts'
import type { Program } from '../../runtime/program.ts'
import { Notifications } from '../../service/notifications.ts'
import { Service } from '../../service/service.ts'
import { parsePipesArguments } from './arguments.ts'
import { pipesHandlers } from './handlers.ts'
import type { PipesSession } from './sessions.ts'

/** Bytes of a slot: the answer to FStat has to fit. */
const requestBytes = 128

/** Passes bytes from program to program, through memory that their creator gives. */
export const pipes: Program = {
  name: 'pipes',
  summary: 'passes bytes from program to program: pipes [-n name] [-m clients]',
  main: async (context) => {
    const { name, sessions } = parsePipesArguments(context.args)
    const service = await Service.create<PipesSession>(context, { name, sessions, requestBytes, connections: 1 })
    const notifications = await Notifications.create(context)
    await registerService(context, { ...service.registration, name, sessions })
    await service.serve(pipesHandlers(context, service, notifications))
    await unregisterService(context, service.registration.selector)
    return codes.Success
  },
}
