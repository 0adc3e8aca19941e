/** Sentences that the editor shows. */

/** A sentence in place of a type that nothing has. */
export interface HdlTypeError<Sentence extends string> {
  readonly hdlTypeError: Sentence
}

/** What an operand is by its type: whether it is signed, and its width. */
interface NumberLike {
  readonly signedness: Signedness
  readonly width: number
}

export type Signedness = 'unsigned' | 'signed'

/** Why `Given` does not fit where a number of `N` bits is wanted. */
export type Misfit<Wanted extends Signedness, N extends number, Given> = Given extends NumberLike
  ? Given['signedness'] extends Wanted
    ? HdlTypeError<`${N} bits are wanted, these are ${Given['width']}: say .extend(${N}) or .truncate(${N})`>
    : HdlTypeError<
        Wanted extends 'signed'
          ? 'an unsigned number where a signed one is wanted: say .signed() to read its bits as signed'
          : 'a signed number where an unsigned one is wanted: say .unsigned() to read its bits as unsigned'
      >
  : HdlTypeError<`a number of ${N} bits is wanted: such a value, or a literal`>
