/** The trusted computing base of a program: as data, as text, and as the graph of a picture. */
import type { TrustGraph, TrustParty } from '#diagram'
import { columns } from '#report'
import type { Party, Reason } from './trust-watch.ts'

export interface Tcb {
  readonly program: string
  readonly boot: string
  readonly tile: string
  /** Who could do something to it beyond sending messages, the kernel first. */
  readonly trusted: readonly Party[]
  /** Who could send messages to it, or write to memory that it lent, and nothing else. */
  readonly senders: readonly Party[]
  /** Who ran, and could not affect it. */
  readonly strangers: readonly Pick<Party, 'name' | 'tile'>[]
}

/** With these alone somebody can send nonsense, or write it to where it is expected. */
const harmless: readonly Reason['kind'][] = ['messages', 'lent']

const kernelReasons = (tile: string): readonly Reason[] => [
  {
    ...{ kind: 'life', holder: 'kernel', selector: 0, endpoint: undefined },
    what: `runs on ${tile}, decides on every system call, and alone writes endpoints`,
  },
]

export const tcbOf = (program: string, boot: string, kernelTile: string, parties: readonly Party[]): Tcb => {
  const others = parties.filter(({ name }) => name !== program)
  const isTrusted = ({ reasons }: Party): boolean => reasons.some(({ kind }) => !harmless.includes(kind))
  return {
    program,
    boot,
    tile: parties.find(({ name }) => name === program)?.tile ?? '',
    trusted: [{ name: 'kernel', tile: kernelTile, reasons: kernelReasons(kernelTile) }, ...others.filter(isTrusted)],
    senders: others.filter((party) => !isTrusted(party) && party.reasons.length > 0),
    strangers: others.filter(({ reasons }) => reasons.length === 0).map(({ name, tile }) => ({ name, tile })),
  }
}

export const tcbText = ({ program, boot, tile, trusted, senders, strangers }: Tcb): string => {
  const rows = (parties: readonly Party[]): readonly (readonly string[])[] =>
    parties.flatMap(({ name, tile: where, reasons }) =>
      reasons.map((reason, index) => [
        ...(index === 0 ? [`  ${name}`, where] : ['', '']),
        reason.what,
        name === 'kernel' ? '' : through(reason),
      ]),
    )
  const section = (title: string, parties: readonly Party[]): string =>
    parties.length === 0 ? '' : `\n${title}\n\n${columns(rows(parties), 'llll')}\n`
  const names = strangers.map(({ name, tile: where }) => `${name} (${where})`)
  return (
    `The trusted computing base of ${program} (${tile}), in ${boot}:\n` +
    section('Could affect it, and has to be trusted:', trusted) +
    section('Could send to it, or write to memory that it lent, and nothing else:', senders) +
    (names.length === 0 ? '' : `\nRan as well, and could not affect it: ${names.join(', ')}\n`)
  )
}

const through = ({ holder, selector, endpoint }: Reason): string => {
  const at =
    endpoint === undefined ? '' : `, EP ${endpoint.ep} of ${endpoint.tile}${endpoint.valid ? '' : ' (not set up)'}`
  return `capability ${selector} of ${holder}${at}`
}

/** Words for an arrow: one line per kind of influence. */
const shortWays: Readonly<Record<Reason['kind'], string>> = {
  life: 'life and capabilities',
  tile: 'owns the tile',
  memory: 'reaches its memory',
  endpoint: 'aims its endpoints',
  session: 'answers in a session',
  channel: 'answers its messages',
  data: 'writes what it reads',
  messages: 'sends messages',
  lent: 'writes to memory that it lent',
}

export const graphOf = ({ program, boot, tile, trusted, senders, strangers }: Tcb): TrustGraph => {
  const party = (role: TrustParty['role'], { name, tile: where, reasons }: Party): TrustParty => ({
    ...{ name, tile: where, role },
    ways: name === 'kernel' ? ['every endpoint'] : [...new Set(reasons.map(({ kind }) => shortWays[kind]))],
  })
  return {
    title: `The trusted computing base of ${program}: ${boot}`,
    parties: [
      ...trusted.map((each) => party('trusted', each)),
      ...senders.map((each) => party('sender', each)),
      ...strangers.map((each) => party('stranger', { ...each, reasons: [] })),
      { name: program, tile, role: 'subject', ways: [] },
    ],
  }
}
