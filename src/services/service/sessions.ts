/** The sessions of a service: numbers, creators with their shares, and what belongs to each. Source: services section 1.3. */
import { CallError, codes } from '#kernel'
import { mostCreators } from './control.ts'

/** A client's relation to the service. */
export interface Session<State> {
  readonly id: number
  readonly creator: number
  /** The session in whose name it was obtained. */
  readonly parent: number | undefined
  /** Selector of the session capability. */
  selector: number | undefined
  /** Selectors of its send gates. */
  readonly gates: number[]
  /** What the service knows of it, as soon as it does. */
  state: State | undefined
}

export class Sessions<State> {
  readonly #slots: (Session<State> | undefined)[]
  /** Sessions that each creator may still have. */
  readonly #left: number[]

  constructor(capacity: number) {
    this.#slots = Array.from({ length: capacity }, () => undefined)
    this.#left = [capacity]
  }

  get all(): readonly Session<State>[] {
    return this.#slots.filter((each) => each !== undefined)
  }

  get(id: number): Session<State> | undefined {
    return this.#slots[id]
  }

  /**
   * The session if it is one of the creator.
   *
   * Rejects: CallError InvArgs when there is none, NoPerm when another creator has it.
   */
  of(creator: number, id: number): Session<State> {
    const session = this.#slots[id]
    if (session === undefined) throw new CallError(codes.InvArgs, `session ${id}`)
    if (session.creator !== creator) throw new CallError(codes.NoPerm, `session ${id}`)
    return session
  }

  /** A new session with the lowest free number. Rejects: CallError NoSpace. */
  add(creator: number, parent?: number): Session<State> {
    const id = this.#slots.indexOf(undefined)
    const left = this.#left[creator] ?? 0
    if (id === -1 || left === 0) throw new CallError(codes.NoSpace, 'no session is free')
    this.#left[creator] = left - 1
    const session: Session<State> = { id, creator, parent, selector: undefined, gates: [], state: undefined }
    this.#slots[id] = session
    return session
  }

  remove({ id, creator }: Session<State>): void {
    if (this.#slots[id] === undefined) return
    this.#slots[id] = undefined
    this.#left[creator] = (this.#left[creator] ?? 0) + 1
  }

  /** The sessions that were obtained through one, directly or not, those obtained last first, and itself at the end. */
  tree(session: Session<State>): readonly Session<State>[] {
    const children = this.all.filter(({ parent, id }) => parent === session.id && id !== session.id)
    return [...children.reverse().flatMap((child) => this.tree(child)), session]
  }

  /** Another creator with a share of those sessions that one has left. Rejects: CallError NoSpace. */
  derive(creator: number, sessions: bigint): number {
    const left = this.#left[creator] ?? 0
    if (sessions > BigInt(left) || this.#left.length >= mostCreators)
      throw new CallError(codes.NoSpace, 'no sessions are left to share')
    this.#left[creator] = left - Number(sessions)
    return this.#left.push(Number(sessions)) - 1
  }
}
