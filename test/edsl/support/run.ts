import { compileWasm, openWasm } from '#engine'
import { elaborate, type ModuleDefinition } from '#edsl'

/** What a design showed: its outputs before each edge, and what its properties said at which edge after reset. */
export interface Shown {
  readonly outputs: readonly Readonly<Record<string, number>>[]
  /** Numbers of the edges, from 0, by sentence. */
  readonly events: Readonly<Record<string, readonly number[]>>
}

/** Runs a design with the clock `main`: one cycle of reset, then one edge per row of inputs. */
export const run = (
  definition: Pick<ModuleDefinition, 'name'>,
  rows: readonly Readonly<Record<string, number>>[],
  seed = 1,
): Shown => {
  using engine = openWasm(compileWasm(elaborate(definition)), { seed })
  const words = new BigUint64Array(engine.memory)
  const reset = engine.resets[0]
  const set = (offset: number, value: number): void => {
    words[offset / 8] = BigInt(value)
    engine.touch()
  }
  if (reset) {
    set(reset.offset, 1)
    engine.step(1, 1)
    set(reset.offset, 0)
  }
  engine.events()
  const show = (): Readonly<Record<string, number>> =>
    Object.fromEntries(engine.outputs.map(({ path, offset }) => [path.at(-1) ?? '', Number(words[offset / 8])]))
  const outputs: Readonly<Record<string, number>>[] = []
  const events: Record<string, number[]> = {}
  rows.forEach((row, edge) => {
    for (const [name, value] of Object.entries(row)) {
      const slot = engine.inputs.find(({ path }) => path.at(-1) === name)
      if (!slot) throw new Error(`there is no input ${name}`)
      set(slot.offset, value)
    }
    engine.settle()
    outputs.push(show())
    engine.step(1, 1)
    for (const event of engine.events()) (events[event.sentence] ??= []).push(edge)
  })
  return { outputs, events }
}
