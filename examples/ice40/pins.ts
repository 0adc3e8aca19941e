/** Where the board's ports are on the iCE40HX-8K Breakout Board. Source: Lattice EB85. */

/** Package pins by port. `rst` is RTS of the serial line: high, so in reset, while nobody has the port open. */
export const boardPins = Object.freeze({ clk: 'J3', rst: 'B13', receive: 'B10', transmit: 'B12', up: 'B5' })
