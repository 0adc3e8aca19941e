/** Services and sessions of applications, as their configuration allows them. Source: services sections 5.1 and 5.3. */
import { CallError, codes, decodeFields, encodeFields, Malformed, systemCalls, WordReader, WordWriter } from '#kernel'
import type { Message } from '#kernel'
import type { Child } from '../library/child.ts'
import type { AppConfig, SessionConfig } from '../root/config.ts'
import type { Context } from '../runtime/context.ts'
import { controlRequests } from '../service/control.ts'
import { createPolledGate } from '../service/gate-poll.ts'
import type { PolledGate } from '../service/gate-poll.ts'
import { managerOperations } from './protocol.ts'
import { ServiceCalls } from './service-calls.ts'
import type { ServiceChannel } from './service-calls.ts'

/** An application that runs. */
interface Client {
  readonly id: number
  readonly app: AppConfig
  readonly child: Child
  /** Sessions that are open or being opened, by their place in the configuration. */
  readonly sessions: Map<SessionConfig, OpenedSession>
}

interface OpenedSession {
  readonly service: RegisteredService
  /** Selector in the client's table. */
  readonly selector: bigint
  ident: bigint | undefined
}

interface RegisteredService {
  readonly name: string
  readonly provider: Client
  /** Selector in the provider's table, and of the own clone. */
  readonly theirs: bigint
  readonly selector: number
  readonly gate: number
  readonly channel: ServiceChannel
}

/** Slots of the request gate, one per client, and their size. Services section 5.1. */
const clients = { slots: 32, slotBytes: 256 }

type Answer = (error: number) => Promise<void>

export class ResourceManager {
  readonly #context: Context
  readonly #requests: PolledGate
  readonly #calls: ServiceCalls
  readonly #clients = new Map<number, Client>()
  /** In the order of their registration. */
  readonly #services: RegisteredService[] = []
  #nextClient = 0

  private constructor(context: Context, requests: PolledGate, calls: ServiceCalls) {
    this.#context = context
    this.#requests = requests
    this.#calls = calls
  }

  static async create(context: Context): Promise<ResourceManager> {
    const requests = await createPolledGate(context, clients.slots, clients.slotBytes)
    return new ResourceManager(context, requests, await ServiceCalls.create(context))
  }

  /** Lets an application make requests, through a send gate at `selector` of its table. */
  async addClient(app: AppConfig, child: Child, selector: number): Promise<void> {
    const id = this.#nextClient++
    const dst = this.#context.selector()
    const request = { dst, rgate: this.#requests.selector, label: id, credits: 1 }
    await this.#context.calls.call(systemCalls.createSgate, request)
    await this.#context.calls.delegate(child.selector, dst, selector)
    this.#clients.set(id, { id, app, child, sessions: new Map() })
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

  /** Ends everything that belongs to an application that has ended. */
  async removeClient(child: Child): Promise<void> {
    const client = [...this.#clients.values()].find((each) => each.child === child)
    if (client === undefined) return
    this.#clients.delete(client.id)
    await this.#requests.dropAll(BigInt(client.id))
    for (const service of this.#services.filter(({ provider }) => provider === client)) await this.#remove(service)
    for (const session of client.sessions.values()) await this.#close(session, async () => {})
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
      await this.#request(client, new WordReader(message.payload), answer)
    } catch (reason) {
      if (!(reason instanceof CallError || reason instanceof Malformed)) throw reason
      await answer(reason instanceof CallError ? reason.code : codes.InvArgs)
    }
  }

  async #request(client: Client, fields: WordReader, answer: Answer): Promise<void> {
    const { registerService, unregisterService, openSession, closeSession } = managerOperations
    switch (Number(fields.word())) {
      case registerService:
        await this.#register(client, fields.word(), fields.word(), fields.text())
        return answer(codes.Success)
      case unregisterService: {
        const selector = fields.word()
        const service = this.#services.find(({ provider, theirs }) => provider === client && theirs === selector)
        await this.#remove(service ?? refuse('InvArgs'))
        return answer(codes.Success)
      }
      case openSession:
        return this.#open(client, fields.word(), fields.text(), answer)
      case closeSession: {
        const selector = fields.word()
        const found = [...client.sessions].find(([, session]) => session.selector === selector)
        const [config, session] = found ?? refuse('InvArgs')
        if (session.ident === undefined) refuse('InvArgs')
        client.sessions.delete(config)
        return this.#close(session, answer)
      }
      default:
        refuse('InvArgs')
    }
  }

  async #register(client: Client, theirs: bigint, theirGate: bigint, localName: string): Promise<void> {
    const { globalName: name } = client.app.services.find((each) => each.localName === localName) ?? refuse('InvArgs')
    if (this.isRegistered(name)) refuse('Exists')
    const { calls } = this.#context
    const [selector, gate] = [this.#context.selector(), this.#context.selector()]
    const obtain = (own: number, other: bigint) =>
      calls.call(systemCalls.exchange, {
        act: client.child.selector,
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
    const session: OpenedSession = { service, selector, ident: undefined }
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
      const request = { srv: service.selector, act: client.child.selector, dst, sid: ident ?? 0n }
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

/** Ends a request with an error. */
function refuse(name: keyof typeof codes): never {
  throw new CallError(codes[name])
}
