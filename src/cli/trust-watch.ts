/** Who can affect a program, collected while a system runs. */
import { endpointRegister, endpointTypes } from '#layout'
import { influences } from '#kernel'
import type { Influence, InfluenceKind, KernelObserver } from '#kernel'

/** One way in which somebody can affect the program. */
export interface Reason {
  readonly kind: InfluenceKind
  readonly what: string
  /** Whose capability it is, and where. */
  readonly holder: string
  readonly selector: number
  /** The endpoint on the holder's side or the program's, if one was active, and whether its TCU had it. */
  readonly endpoint: { readonly tile: string; readonly ep: number; readonly valid: boolean } | undefined
}

/** Somebody who ran. */
export interface Party {
  readonly name: string
  readonly tile: string
  readonly reasons: readonly Reason[]
}

export interface TrustWatch {
  readonly observe: KernelObserver
  /** Everybody who ever ran, with what they could do to the program at any time; undefined when it never ran. */
  readonly parties: () => readonly Party[] | undefined
  /** Names of all who ran. */
  readonly names: () => readonly string[]
}

export interface TrustMachine {
  readonly tileName: (id: number) => string
  readonly register: (tile: string, offset: number) => bigint
}

/** Watches for influences on the activity of this name. */
export const watchTrust = (program: string, { tileName, register }: TrustMachine): TrustWatch => {
  const parties = new Map<
    string,
    { readonly name: string; readonly tile: string; readonly reasons: Map<string, Reason> }
  >()
  const partyOf = ({ id, name, tile }: Influence['by']) => {
    const found = parties.get(`${id} ${name}`) ?? {
      name,
      tile: tileName(tile.tile.id),
      reasons: new Map<string, Reason>(),
    }
    parties.set(`${id} ${name}`, found)
    return found
  }
  const note = ({ kind, by, holder, selector, endpoint, what }: Influence): void => {
    const { reasons } = partyOf(by)
    const before = reasons.get(`${kind} ${what}`)
    if (before !== undefined && (before.endpoint?.valid === true || endpoint === undefined)) return
    const at = endpoint?.activity === undefined ? undefined : tileName(endpoint.tile.id)
    const isValid = (tile: string, ep: number): boolean =>
      (register(tile, endpointRegister(ep, 0)) & 7n) !== BigInt(endpointTypes.invalid)
    reasons.set(`${kind} ${what}`, {
      kind,
      what,
      holder: holder.name,
      selector: Number(selector),
      endpoint:
        at === undefined || endpoint === undefined
          ? undefined
          : { tile: at, ep: endpoint.ep, valid: isValid(at, endpoint.ep) },
    })
  }
  return {
    names: () => [...new Set([...parties.values()].map(({ name }) => name))],
    observe: (kernel) => {
      for (const activity of kernel.activities.values()) partyOf(activity)
      for (const influence of influences(kernel)) if (influence.on.name === program) note(influence)
    },
    parties: () => {
      const all = [...parties.values()].map(({ reasons, ...party }) => ({ ...party, reasons: [...reasons.values()] }))
      return all.some(({ name }) => name === program) ? all : undefined
    },
  }
}
