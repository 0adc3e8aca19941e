/** Verilog that was not made here, with typed ports. */
import { createHash, dirname, existsSync, resolve } from '#host'
import type { Domain, External, Origin } from '#ir'
import { reportMistake } from './context.ts'
import { main } from './domain.ts'
import type { ModuleDefinition } from './module.ts'
import { capture } from './origin.ts'
import type { PortRecord } from './ports.ts'

/** Clock and reset pin of a domain; a domain whose reset pin is left out has no reset. */
export interface ExternalPins {
  readonly clock: string
  readonly reset?: string
}

export interface ExternalOptions {
  /** Parameters of the Verilog module: numbers and texts as they are. */
  readonly parameters?: Readonly<Record<string, number | bigint | string>>
  /** Files that hold the module, from the folder of the source file; none for cells that the FPGA's tools know. */
  readonly files?: readonly string[]
  /** Clock and reset pins by domain: `{ main: { clock: 'CLK', reset: 'RST' } }`; none for a module without a clock. */
  readonly pins?: Readonly<Record<string, ExternalPins>>
  /** Name in this design; the Verilog name, with the parameters behind it, unless given. */
  readonly name?: string
}

/** What an external definition has in place of a body. */
export interface ExternalModule {
  readonly domains: readonly Domain[]
  /** Looks for the files. */
  readonly node: () => External
}

/**
 * A Verilog module as a definition that `instance` takes. Names of ports and parameters are those of the Verilog module,
 * letter by letter; names on the way to a nested port are joined by `_`.
 *
 * Rejects: HDL-0310 when a file is not there.
 */
export const external = <const P extends PortRecord>(
  verilogName: string,
  ports: P,
  options: ExternalOptions = {},
): ModuleDefinition<P> => {
  const origin = capture()
  const { parameters = {}, files = [], pins = {} } = options
  const folder = dirname(origin.places[0]?.file ?? '.')
  const node = (): External =>
    Object.freeze({
      kind: 'external',
      verilogName,
      parameters: Object.freeze({ ...parameters }),
      files: Object.freeze(files.map((file) => foundFile(folder, file, verilogName, origin))),
      pins: Object.freeze(
        Object.fromEntries(
          Object.entries(pins).map(([name, { clock, reset }]) => [name, Object.freeze({ clock, reset })]),
        ),
      ),
    })
  const domains = Object.entries(pins).map(([name, { reset }]): Domain => {
    if (name === main.name) return main
    return Object.freeze({ kind: 'domain', name, reset: reset === undefined ? 'none' : 'synchronous' })
  })
  return Object.freeze({
    name: options.name ?? nameOf(verilogName, parameters),
    ports,
    body: () => undefined,
    origin,
    external: { domains: Object.freeze(domains), node },
  })
}

const foundFile = (folder: string, file: string, verilogName: string, origin: Origin): string => {
  const path = resolve(folder, file)
  if (!existsSync(path))
    reportMistake(
      'HDL-0310',
      `the file ${file} of ${verilogName} is not there`,
      { origin, note: 'files are looked for from the folder of this source file' },
      [],
      [
        "correct the path: external(name, ports, { files: ['blackbox/part.v'] })",
        "leave `files` out for a cell that the FPGA's tools know",
      ],
    )
  return path
}

/** Tells uses with different parameters apart: by their values if those are short, else by a number made of them. */
const nameOf = (verilogName: string, parameters: NonNullable<ExternalOptions['parameters']>): string => {
  const values = Object.values(parameters).map(String)
  const readable = values.join('_')
  if (readable === '') return verilogName
  if (readable.length <= 24 && /^\w+$/.test(readable)) return `${verilogName}_${readable}`
  const text = JSON.stringify(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
  return `${verilogName}_${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
}
