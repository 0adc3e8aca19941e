/** Boards: which pin of the package carries what, as data. */

/** Package pins by port of the top; a port of several bits has a list, lowest bit first. */
export type Pins = Readonly<Record<string, string | readonly string[]>>

export interface Board {
  readonly name: string
  /** Name of a target. */
  readonly target: string
  readonly clock: { readonly pin: string; readonly hz: number }
  /** What is on the board, by name. */
  readonly pins: Pins
}

/** All boards by name. */
export const boards = {
  /** Source: Lattice EB85, iCE40HX-8K Breakout Board Evaluation Kit User's Guide. */
  'ice40hx8k-b-evn': {
    name: 'ice40hx8k-b-evn',
    target: 'ice40-hx8k',
    clock: { pin: 'J3', hz: 12_000_000 },
    pins: {
      leds: ['B5', 'B4', 'A2', 'A1', 'C5', 'C4', 'B3', 'C3'],
      uartReceive: 'B10',
      uartTransmit: 'B12',
    },
  },
} as const satisfies Readonly<Record<string, Board>>
