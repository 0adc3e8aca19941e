/** create_srv, create_sess, get_sess, exchange_sess. Source: kernel sections 2.3, 2.6 and 2.7. */
import type { Capability } from '../capability.ts'
import type { SelectorRange } from '../codecs.ts'
import { decodeFields } from '../system-calls.ts'
import { copyCapabilities } from '../copy-capabilities.ts'
import { ensure, refuse } from '../errors.ts'
import { CallerGone } from '../kernel-state.ts'
import type { KernelState } from '../kernel-state.ts'
import { maxExchangeArgs } from '../numbers.ts'
import type { Service, Sess } from '../objects.ts'
import { closeSession, newService, requestFrom, serviceRequests } from '../service-requests.ts'
import { answerOf } from '../side-call-requests.ts'
import { aliveAt, ensureFree } from './handler.ts'
import type { Handler } from './handler.ts'

export const createSrv: Handler<'createSrv'> = (kernel, caller, { dst, rgate, creator, name }) => {
  ensureFree(caller, dst)
  ensure(name.length > 0)
  const { object: gate } = caller.table.find(rgate, 'rgate')
  ensure(gate.ep !== undefined)
  const service = newService(kernel, caller, name, gate)
  try {
    caller.table.insert(dst, { kind: 'serv', service, owner: true, creator })
  } catch (error) {
    kernel.queues.forget(service.queue)
    throw error
  }
  return {}
}

export const createSess: Handler<'createSess'> = (_kernel, caller, { dst, srv, creator, ident, autoClose }) => {
  ensureFree(caller, dst)
  const parent = caller.table.get(srv)
  ensure(parent !== undefined && parent.parent === undefined && parent.object.kind === 'serv')
  const { service } = parent.object
  caller.table.insert(dst, { kind: 'sess', service, creator, ident, autoClose }, parent)
  return {}
}

export const getSess: Handler<'getSess'> = (_kernel, caller, { srv, act, dst, sid }) => {
  const client = aliveAt(caller, act).object
  ensureFree(client, dst)
  ensure(client !== caller)
  const from = caller.table.find(srv, 'serv')
  const { creator } = from.object
  const sessions = [...rootOf(from).children].filter(isSession).filter(({ object }) => object.ident === sid)
  ensure(sessions.length > 0)
  const session = sessions.find(({ object }) => object.creator === creator) ?? refuse('NoPerm')
  client.table.clone(dst, session)
  return {}
}

export const exchangeSess: Handler<'exchangeSess'> = async (
  kernel,
  caller,
  { act, sess, range, bytes, args, obtain },
) => {
  ensure(bytes <= BigInt(8 * maxExchangeArgs) && bytes % 8n === 0n)
  const client = aliveAt(caller, act).object
  const session = caller.table.find(sess, 'sess')
  const { service, creator, ident: sid } = session.object
  const what = obtain ? serviceRequests.obtain : serviceRequests.delegate
  const request = await requestFrom(kernel, service, creator, what, { sid, range, bytes, args })
  // The caller may die meanwhile; what the service made for it has to go again then.
  const answer = decodeFields(what.reply, await answerOf(kernel, request))
  try {
    if (!caller.alive) throw new CallerGone()
    // The service took its time: look at everybody again.
    ensure(client.alive, 'ActivityGone')
    ensure(service.owner.alive && session.table !== undefined, 'RecvGone')
    const ends = { client: { activity: client, range }, service: { activity: service.owner, range: answer.range } }
    if (obtain) copyCapabilities(ends.service, ends.client, 'at-most')
    else copyCapabilities(ends.client, ends.service)
  } catch (reason) {
    if (obtain) await closeUndelivered(kernel, service, answer.range)
    throw reason
  }
  return { bytes: answer.bytes, args: answer.args }
}

/** Sessions that a service made for a client whom they never reached end as if the client had dropped them. */
const closeUndelivered = async (
  kernel: KernelState,
  service: Service,
  { start, count }: SelectorRange,
): Promise<void> => {
  for (const capability of service.owner.table.range(start, count)) {
    const { object, derived, children } = capability
    const isItsOwn = object.kind === 'sess' && object.service === service && !derived
    if (isItsOwn && object.autoClose && children.size === 0) await closeSession(kernel, object)
  }
}

const rootOf = (capability: Capability): Capability =>
  capability.parent === undefined ? capability : rootOf(capability.parent)

const isSession = (capability: Capability): capability is Capability<Sess> => capability.object.kind === 'sess'
