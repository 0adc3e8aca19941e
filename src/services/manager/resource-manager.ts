/** Services and sessions of applications, as their configuration allows them. Source: services sections 5.1 and 5.3. */
import { CallError, codes, decodeFields, encodeFields, Malformed, systemCalls, WordReader, WordWriter } from '#kernel'
import type { Message } from '#kernel'
import type { Child } from '../library/child.ts'
import type { AppConfig, SessionConfig } from '../root/config.ts'
import type { Context } from '../runtime/context.ts'
import { controlRequests } from '../service/control.ts'
import { createPolledGate } from '../service/gate-poll.ts'
import type { PolledGate } from '../service/gate-poll.ts'
import type { Client, Grants, OpenedSession, RegisteredService } from './clients.ts'
import { managerOperations } from './protocol.ts'
import { refuse } from './refuse.ts'
import { ServiceCalls } from './service-calls.ts'
import type { ServiceChannel } from './service-calls.ts'
import { Supplies } from './supplies.ts'
import type { Stock } from './supplies.ts'

/** Slots of the request gate, one per client, and their size. Services section 5.1. */
const clients = { slots: 32, slotBytes: 256 }

type Answer = (error: number) => Promise<void>

/** A program that was added by another one, as it is named there. */
interface Added {
  readonly parent: Client
  readonly theirs: bigint
  readonly owned: readonly number[]
}

export class ResourceManager {
  readonly #context: Context
  readonly #requests: PolledGate
  readonly #calls: ServiceCalls
  readonly #supplies: Supplies
  readonly #clients = new Map<number, Client>()
  /** In the order of their registration. */
  readonly #services: RegisteredService[] = []
  #nextClient = 0

  private constructor(context: Context, requests: PolledGate, calls: ServiceCalls, stock: Stock) {
    this.#context = context
    this.#requests = requests
    this.#calls = calls
    this.#supplies = new Supplies(context, stock, () => [...this.#clients.values()])
  }

  /** A manager that gives what is in `stock`. */
  static async create(context: Context, stock: Stock): Promise<ResourceManager> {
    const requests = await createPolledGate(context, clients.slots, clients.slotBytes)
    return new ResourceManager(context, requests, await ServiceCalls.create(context), stock)
  }

  /** Lets an application make requests, through a send gate at `selector` of its table. */
  async addClient(app: AppConfig, child: Child, selector: number, grants: Grants): Promise<void> {
    const { name, selector: activity, activity: activityId, tile } = child
    await this.#add({ name, app, activity, activityId, tile: tile.id, grants }, selector)
  }

  isRegistered(service: string): boolean {
    return this.#services.some(({ name }) => name === service)
  }

  /** Handles one request and one answer; says whether there was any. */
  async turn(): Promise<boolean> {
    const message = await this.#requests.poll()
    if (message !== undefined) await this.#handle(message)
    return (await this.#calls.poll()) || message !== undefined
  }

  /** Ends everything that belongs to an application that has ended, but not its activity. */
  async removeClient(child: Child): Promise<void> {
    const client = [...this.#clients.values()].find(({ activity }) => activity === child.selector)
    if (client !== undefined) await this.#end(client)
  }

  /** Asks all services to end, the last one first. */
  async shutdown(): Promise<void> {
    for (const { channel } of [...this.#services].reverse()) {
      const request = encodeFields(controlRequests.shutdown.code, {}, {})
      await this.#calls.call(channel, request, async () => {})
    }
  }

  async #handle(message: Message): Promise<void> {
    const client = this.#clients.get(Number(message.label))
    if (client === undefined) return this.#requests.drop(message)
    const answer: Answer = async (error) => {
      if (this.#clients.get(client.id) === client)
        await this.#requests.reply(message, new WordWriter().word(error).finish())
    }
    try {
      const fields = new WordReader(message.payload)
      const operation = Number(fields.word())
      if (await this.#request(client, operation, fields, answer)) return
      const words = await this.#supplies.handle(client, operation, fields)
      await this.#requests.reply(message, words.finish())
    } catch (reason) {
      if (!(reason instanceof CallError || reason instanceof Malformed)) throw reason
      await answer(reason instanceof CallError ? reason.code : codes.InvArgs)
    }
  }

  /** Services, sessions and programs that programs add; says whether it was such a request. */
  async #request(client: Client, operation: number, fields: WordReader, answer: Answer): Promise<boolean> {
    const { registerService, unregisterService, openSession, closeSession, addChild, removeChild } = managerOperations
    switch (operation) {
      case registerService:
        await this.#register(client, fields.word(), fields.word(), fields.text())
        await answer(codes.Success)
        return true
      case unregisterService: {
        const selector = fields.word()
        const service = this.#services.find(({ provider, theirs }) => provider === client && theirs === selector)
        await this.#remove(service ?? refuse('InvArgs'))
        await answer(codes.Success)
        return true
      }
      case openSession:
        await this.#open(client, fields.word(), fields.text(), answer)
        return true
      case closeSession: {
        const selector = fields.word()
        const isIt = (session: OpenedSession): boolean => session.client === client && session.selector === selector
        const [config, session] = [...client.sessions].find(([, each]) => isIt(each)) ?? refuse('InvArgs')
        if (session.ident === undefined) refuse('InvArgs')
        client.sessions.delete(config)
        await this.#close(session, answer)
        return true
      }
      case addChild:
        await this.#addChild(client, fields)
        await answer(codes.Success)
        return true
      case removeChild: {
        const act = fields.word()
        const isIt = (each: Client): boolean => each.parent === client && each.theirs === act
        await this.#end([...this.#clients.values()].find(isIt) ?? refuse('InvArgs'))
        await answer(codes.Success)
        return true
      }
      default:
        return false
    }
  }

  /** Makes a program known that a program created: it has what its parent has. */
  async #addChild(parent: Client, fields: WordReader): Promise<void> {
    const [id, act, tile, , sgate] = [fields.word(), fields.word(), fields.word(), fields.word(), fields.word()]
    const name = fields.text()
    if ([...this.#clients.values()].some(({ activityId }) => activityId === Number(id))) refuse('Exists')
    // Its tile is one that its family has. Clones of tile and kernel memory could not be revoked while it uses them.
    const share = parent.grants.tiles.find(({ holder }) => holder?.client === parent && holder.theirs === tile)
    if (share === undefined) refuse('InvArgs')
    const { calls } = this.#context
    const activity = this.#context.selector()
    const request = { act: parent.activity, own: { start: activity, count: 1 }, other: act, obtain: true }
    await calls.call(systemCalls.exchange, request)
    try {
      const { app, grants } = parent
      const made = { name, app, activity, activityId: Number(id), tile: share.id, grants }
      await this.#add(made, Number(sgate), { parent, theirs: act, owned: [activity] })
    } catch (reason) {
      await calls.revoke(activity)
      throw reason
    }
  }

  async #add(
    made: Pick<Client, 'name' | 'app' | 'activity' | 'activityId' | 'tile' | 'grants'>,
    selector: number,
    added?: Added,
  ): Promise<void> {
    if (this.#clients.size >= clients.slots) refuse('NoSpace')
    const id = this.#nextClient++
    const gate = this.#context.selector()
    const request = { dst: gate, rgate: this.#requests.selector, label: id, credits: 1 }
    await this.#context.calls.call(systemCalls.createSgate, request)
    try {
      await this.#context.calls.delegate(made.activity, gate, selector)
    } catch (reason) {
      await this.#context.calls.revoke(gate)
      throw reason
    }
    this.#clients.set(id, {
      ...made,
      id,
      // A session of the configuration is one, whoever of the family has it.
      sessions: added?.parent.sessions ?? new Map<SessionConfig, OpenedSession>(),
      memories: new Map(),
      parent: added?.parent,
      theirs: added?.theirs,
      owned: [gate, ...(added?.owned ?? [])],
    })
  }

  /** Ends what belongs to a program, those that it added first. */
  async #end(client: Client): Promise<void> {
    for (const each of [...this.#clients.values()]) if (each.parent === client) await this.#end(each)
    this.#clients.delete(client.id)
    await this.#requests.dropAll(BigInt(client.id))
    for (const service of this.#services.filter(({ provider }) => provider === client)) await this.#remove(service)
    for (const [config, session] of [...client.sessions]) {
      if (session.client !== client) continue
      client.sessions.delete(config)
      await this.#close(session, async () => {})
    }
    await this.#supplies.release(client)
    for (const selector of client.owned) await this.#context.calls.revoke(selector)
  }

  async #register(client: Client, theirs: bigint, theirGate: bigint, localName: string): Promise<void> {
    const { globalName: name } = client.app.services.find((each) => each.localName === localName) ?? refuse('InvArgs')
    if (this.isRegistered(name)) refuse('Exists')
    const { calls } = this.#context
    const [selector, gate] = [this.#context.selector(), this.#context.selector()]
    const obtain = (own: number, other: bigint) =>
      calls.call(systemCalls.exchange, {
        act: client.activity,
        own: { start: own, count: 1 },
        other,
        obtain: true,
      })
    let channel: ServiceChannel
    try {
      await obtain(selector, theirs)
      await obtain(gate, theirGate)
      channel = await this.#calls.open(gate)
    } catch (reason) {
      for (const each of [gate, selector]) await this.#context.calls.revoke(each)
      throw reason
    }
    this.#services.push({ name, provider: client, theirs, selector, gate, channel })
  }

  async #open(client: Client, selector: bigint, localName: string, answer: Answer): Promise<void> {
    const config = client.app.sessions.find((each) => each.localName === localName) ?? refuse('InvArgs')
    if (client.sessions.has(config)) refuse('Exists')
    const service = this.#services.find(({ name }) => name === config.globalName) ?? refuse('InvArgs')
    const session: OpenedSession = { client, service, selector, ident: undefined }
    client.sessions.set(config, session)
    const { open } = controlRequests
    const request = encodeFields(open.code, open.request, { argument: config.argument })
    await this.#calls.call(service.channel, request, async (error, reply) => {
      const gone = this.#clients.get(client.id) !== client
      if (error === codes.Success && reply !== undefined) {
        session.ident = decodeFields(open.reply, reply).ident
        if (gone) return this.#close(session, async () => {})
        return answer(await this.#handOver(client, config, session))
      }
      client.sessions.delete(config)
      await answer(error)
    })
  }

  /** Gives a client the session that was opened for it. */
  async #handOver(client: Client, config: SessionConfig, session: OpenedSession): Promise<number> {
    const { selector: dst, service, ident } = session
    try {
      const request = { srv: service.selector, act: client.activity, dst, sid: ident ?? 0n }
      await this.#context.calls.call(systemCalls.getSess, request)
      return codes.Success
    } catch (reason) {
      if (!(reason instanceof CallError)) throw reason
      client.sessions.delete(config)
      await this.#close(session, async () => {})
      return reason.code
    }
  }

  async #close({ service, ident }: OpenedSession, answer: Answer): Promise<void> {
    if (ident === undefined || !this.#services.includes(service)) return answer(codes.Success)
    const { close } = controlRequests
    await this.#calls.call(service.channel, encodeFields(close.code, close.request, { sid: ident }), answer)
  }

  async #remove(service: RegisteredService): Promise<void> {
    this.#services.splice(this.#services.indexOf(service), 1)
    for (const client of this.#clients.values())
      for (const [config, session] of [...client.sessions])
        if (session.service === service && session.ident !== undefined) client.sessions.delete(config)
    await this.#calls.close(service.channel)
    for (const selector of [service.gate, service.selector]) await this.#context.calls.revoke(selector)
  }
}
