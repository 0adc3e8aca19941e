/** What a random program does on one tile: operations as plain data, which print as TypeScript. */
import type { HostPacket } from './host-agent.ts'

/** Writes of all three words of an endpoint by the core, word 0 last (TCU section 3.1). */
export interface EndpointOperation {
  readonly kind: 'endpoint'
  readonly ep: number
  readonly words: readonly [bigint, bigint, bigint]
}

/** An unprivileged command: DATA_ADDR, DATA_SIZE and ARG1 are written, then COMMAND. */
export interface CommandOperation {
  readonly kind: 'command'
  readonly op: number
  readonly ep: number
  /**
   * `fetched`: the offset of a message that is fetched for this command, which does not take place when there is none;
   * `again`: the offset that the last such command used.
   */
  readonly arg0: number | 'fetched' | 'again'
  readonly address: bigint
  readonly size: bigint
  readonly arg1: bigint
  /**
   * `end` polls until the command has ended; `later` goes on at once, and the next command waits for it; `never` goes on
   * and lets the next command be written over it.
   */
  readonly until: 'end' | 'later' | 'never'
}

/** FETCH_MSG until there is a message, at most `tries` times. */
export interface ReceiveOperation {
  readonly kind: 'receive'
  readonly ep: number
  readonly tries: number
}

export interface WriteOperation {
  readonly kind: 'write'
  readonly offset: number
  readonly value: bigint
  readonly enables: number
}

export interface ReadOperation {
  readonly kind: 'read'
  readonly offset: number
}

export interface WaitOperation {
  readonly kind: 'wait'
  readonly cycles: number
}

/** The core stores `bytes` equal bytes in its local memory. */
export interface PokeOperation {
  readonly kind: 'poke'
  readonly address: number
  readonly bytes: number
  readonly value: number
}

/** A word of the print buffer and a length. */
export interface PrintOperation {
  readonly kind: 'print'
  readonly word: number
  readonly text: bigint
  readonly bytes: bigint
}

/** A register of another tile is written through memory endpoint `ep`, from a local buffer. */
export interface RemoteWriteOperation {
  readonly kind: 'remoteWrite'
  readonly ep: number
  readonly offset: number
  readonly value: bigint
  /** Where the value lies in local memory. */
  readonly buffer: number
  readonly bytes: number
}

/** An external command on another tile: EXT_CMD is written through memory endpoint `ep` and read until it has ended. */
export interface ExternalOperation {
  readonly kind: 'external'
  readonly ep: number
  readonly value: bigint
  readonly buffer: number
}

export type Operation =
  | EndpointOperation
  | CommandOperation
  | ReceiveOperation
  | WriteOperation
  | ReadOperation
  | WaitOperation
  | PokeOperation
  | PrintOperation
  | RemoteWriteOperation
  | ExternalOperation

/** The operations of each tile, by module name: first all that prepare, then, together, all the others. */
export interface AgreeProgram {
  readonly prepare: Readonly<Record<string, readonly Operation[]>>
  readonly run: Readonly<Record<string, readonly Operation[]>>
  /** Cycles between two looks at a command that runs. */
  readonly pollGap: number
  /** What the host sends meanwhile. @defaultValue nothing */
  readonly host?: readonly HostPacket[]
}

/** Number of operations of a program, and of packets of the host. */
export const operationCount = ({ prepare, run, host = [] }: AgreeProgram): number =>
  [...Object.values(prepare), ...Object.values(run), host].reduce((sum, list) => sum + list.length, 0)

const literal = (value: unknown): string => {
  if (typeof value === 'bigint') return value < 10n ? `${value}n` : `0x${value.toString(16)}n`
  if (typeof value === 'number') return value < 10 ? String(value) : `0x${value.toString(16)}`
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  const entries = Object.entries(value as Record<string, unknown>).map(([name, one]) => `${name}: ${literal(one)}`)
  return `{ ${entries.join(', ')} }`
}

const listText = (lists: Readonly<Record<string, readonly Operation[]>>): readonly string[] =>
  Object.entries(lists).flatMap(([tile, operations]) =>
    operations.length === 0
      ? [`    ${tile}: [],`]
      : [`    ${tile}: [`, ...operations.map((one) => `      ${literal(one)},`), '    ],'],
  )

/** A program as a TypeScript literal that can be pasted into a test. */
export const programText = (program: AgreeProgram): string =>
  [
    '{',
    '  prepare: {',
    ...listText(program.prepare),
    '  },',
    '  run: {',
    ...listText(program.run),
    '  },',
    `  pollGap: ${program.pollGap},`,
    ...(program.host?.length ? ['  host: [', ...program.host.map((one) => `    ${literal(one)},`), '  ],'] : []),
    '}',
  ].join('\n')
