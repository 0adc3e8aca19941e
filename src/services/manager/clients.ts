/** Programs that a resource manager knows, and what each may ask for. Source: services sections 5.1 and 5.2. */
import type { AppConfig, SessionConfig } from '../root/config.ts'
import type { Piece } from './memory-pool.ts'
import type { ServiceChannel } from './service-calls.ts'

/** What an application may have beside services; the programs that it adds share it. */
export interface Grants {
  /** Selectors at the manager: its share of the tile, and its kernel memory. */
  readonly tile: number
  readonly kernelMemory: number
  readonly memory: { readonly total: number; left: number }
  readonly tiles: readonly TileGrant[]
  /** Send gates of its configuration, by their names there: selectors at the manager. */
  readonly sendGates: ReadonlyMap<string, number>
  /** Send gates that were asked for, and serial input. */
  readonly taken: Set<string>
}

/** A tile of the configuration. */
export interface TileGrant {
  readonly id: number
  readonly descriptor: bigint
  /** Whose it is, under which selector there and here; nobody's at first. */
  holder: { readonly client: Client; readonly theirs: bigint; readonly own: number } | undefined
  /** Whether its multiplexer runs. */
  running: boolean
}

/** A program that runs. */
export interface Client {
  readonly id: number
  readonly name: string
  readonly app: AppConfig
  /** Selector of its activity at the manager, and the number of the activity. */
  readonly activity: number
  readonly activityId: number
  /** NoC id of its tile. */
  readonly tile: number
  readonly grants: Grants
  /** Sessions that are open or being opened, by their place in the configuration. */
  readonly sessions: Map<SessionConfig, OpenedSession>
  /** Memory that it has, by its selectors. */
  readonly memories: Map<bigint, Piece>
  /** Who added it, and the selector of its activity there. */
  readonly parent: Client | undefined
  readonly theirs: bigint | undefined
  /** Selectors at the manager that go with it. */
  readonly owned: readonly number[]
}

export interface OpenedSession {
  readonly client: Client
  readonly service: RegisteredService
  /** Selector in the client's table. */
  readonly selector: bigint
  ident: bigint | undefined
}

export interface RegisteredService {
  readonly name: string
  readonly provider: Client
  /** Selector in the provider's table, and of the own clone. */
  readonly theirs: bigint
  readonly selector: number
  readonly gate: number
  readonly channel: ServiceChannel
}

/** Programs above a program, the manager being one. */
export const layerOf = ({ parent }: Client): number => (parent === undefined ? 1 : 1 + layerOf(parent))
