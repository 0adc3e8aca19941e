/** Whose turn it is at the registers and endpoints. */
import { type Bit, bit, cat, instance, literal, mux, reg, uint, wire } from '#edsl'
import { roundRobin } from '#hdl/lib'

/** Turns of several users. */
export interface Turns<Name extends string> {
  /** Says when `who` wants a turn, and when it wants to keep the one that it has for the next cycle. Once per user. */
  readonly wish: (who: Name, valid: Bit, hold?: Bit) => void
  /** Whether it is the turn of `who`. */
  readonly has: (who: Name) => Bit
}

/**
 * Gives one turn per cycle inside the module whose body is running: all `names` in turn (round robin), so that each waits for
 * at most the turns of all others (DEV-21). Who holds its turn has the next one as well, as long as it wants one.
 *
 * `close` says when nobody has one.
 *
 * Timing: a turn comes in the cycle of the wish.
 */
export const takeTurns = <Name extends string>(names: readonly Name[]): Turns<Name> & { close(closed: Bit): void } => {
  const wishes = names.map((name) => wire(bit, 0, `${name}Wishes`))
  const holds = names.map((name) => wire(bit, 0, `${name}Holds`))
  const turn = instance(roundRobin(names.length), 'turn')
  const held = reg(uint(names.length), 0)
  const closed = wire(bit, 0)
  const wanted = mux(closed, literal(names.length, 0), cat(...[...wishes].reverse())).named('wanted')
  turn.request.drive(wanted)
  const granted = mux(held.any(), held.and(wanted), turn.grant).named('granted')
  turn.accepted.drive(held.any().not())
  const keeps = granted.and(cat(...[...holds].reverse())).any()
  held.next(mux(keeps, granted, literal(names.length, 0)))

  return {
    wish(who, valid, hold) {
      const index = names.indexOf(who)
      wishes[index]!.drive(valid)
      if (hold !== undefined) holds[index]!.drive(hold)
    },
    close: (when) => closed.drive(when),
    has: (who) => granted.bit(names.indexOf(who)),
  }
}
