/** Clock domains. */

/**
 * A clock with its reset. In Verilog: the inputs `clk` and `rst` of the domain named `main`, `<name>_clk` and `<name>_rst`
 * of every other. Two domains are the same when their names are. Registers change at the rising edge.
 */
export interface Domain {
  readonly kind: 'domain'
  /** Letters, digits and `_`. `main` is the domain of everything that names no other. */
  readonly name: string
  /**
   * `synchronous`: a reset, active high, that counts at the edge. `asynchronous`: one that counts at once. `none`: no reset
   * input; registers with a first value start with it and never return to it.
   */
  readonly reset: 'synchronous' | 'asynchronous' | 'none'
}
