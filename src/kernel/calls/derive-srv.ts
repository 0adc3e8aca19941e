/** derive_srv. Source: kernel section 2.6. */
import type { Activity } from '../activity.ts'
import type { Capability } from '../capability.ts'
import { CallError, codes, ensure } from '../errors.ts'
import type { KernelState } from '../kernel-state.ts'
import type { Serv } from '../objects.ts'
import { revokeTree } from '../revocation.ts'
import { requestFrom, serviceRequests } from '../service-requests.ts'
import { answerOf } from '../side-call-requests.ts'
import { decodeFields } from '../system-calls.ts'
import { upcall, upcalls } from '../upcalls.ts'
import { Malformed } from '../words.ts'
import { ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

/** Capabilities that the caller gets: the service, and a send gate to it. */
const derivedCount = 2n

export const deriveSrv: Handler<'deriveSrv'> = (kernel, caller, { srv, dst, sessions, event }) => {
  ensure(dst.type === 'object' && dst.count === derivedCount)
  for (let index = 0n; index < derivedCount; index++) ensureFree(caller, dst.start + index)
  ensure(sessions !== 0n)
  const parent = caller.table.find(srv, 'serv')
  kernel.threads.spawn(async () => {
    const error = await errorOf(() => deriveCreator(kernel, caller, parent, dst.start, sessions))
    await upcall(kernel, caller, upcalls.deriveSrv, { event, error })
  })
  return {}
}

const errorOf = async (act: () => Promise<void>): Promise<number> => {
  try {
    await act()
    return codes.Success
  } catch (reason) {
    if (reason instanceof CallError) return reason.code
    if (reason instanceof Malformed) return codes.InvArgs
    throw reason
  }
}

/** Asks the service for another creator; the caller gets its send gate, then the service in its name. */
const deriveCreator = async (
  kernel: KernelState,
  caller: Activity,
  parent: Capability<Serv>,
  dst: bigint,
  sessions: bigint,
): Promise<void> => {
  const { service, creator } = parent.object
  const what = serviceRequests.deriveCreator
  const request = await requestFrom(kernel, service, creator, what, { sessions })
  const answer = decodeFields(what.reply, await answerOf(kernel, request))
  // The service took its time: look at everybody again.
  ensure(caller.alive, 'ActivityGone')
  ensure(service.owner.alive && parent.table !== undefined, 'RecvGone')
  ensure(service.owner !== caller && caller.table.isFree(dst) && caller.table.isFree(dst + 1n))
  const gate = caller.table.clone(dst + 1n, service.owner.table.find(answer.sgate, 'sgate'))
  try {
    caller.table.insert(dst, { kind: 'serv', service, owner: false, creator: answer.creator }, parent)
  } catch (error) {
    await revokeTree(kernel, gate, 'all', caller)
    throw error
  }
}
