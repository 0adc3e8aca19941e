/** `tessera noc`: networks of described systems, checked, bounded and drawn. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import {
  DescriptionError,
  type DescriptionFault,
  idForms,
  type IdForm,
  idList,
  jsonSchema,
  type PlannedSystem,
  showFault,
} from '#describe'
import { networkSvg } from '#diagram'
import { columns, grouped } from '#report'
import { dependencyCount, latencyBounds, type LatencyBound, type MessageClass, type Network, showMod } from '#topology'
import { didYouMean, exitCodes, type Io, UsageError } from './io.ts'
import type { AddCommand } from './main.ts'
import { readSystemFile } from './system-file.ts'

const example = `
FILE is JSON, or TypeScript that exports a description as \`system\`; \`tessera noc schema\` prints the schema.

Example:
  $ tessera noc check examples/systems/quad.json
  $ tessera noc bound examples/systems/quad.json --from user1 --to memory
  $ tessera noc view examples/systems/quad.json --route user1:memory -o quad.svg
  $ tessera noc ids examples/systems/quad.json --as c

Exit codes: 0 fine, 1 the system has mistakes or can deadlock, 2 the file cannot be read.
`

interface Shared {
  readonly json?: boolean
  readonly output?: string
}

export const addNoc: AddCommand = (program, io, finish) => {
  const noc = program
    .command('noc')
    .summary('check, bound and draw the network of a system')
    .description('Works with the network of a described system.')
    .addHelpText('after', example)
  const add = (name: string, text: string): Command =>
    noc
      .command(name)
      .description(text)
      .argument('<file>', 'description of the system')
      .option('--json', 'print one JSON object')

  add('check', 'Checks a description: its values, and whether packets can wait for each other in a circle.').action(
    async (file: string, options: Shared) => finish(await check(file, options, io)),
  )
  add('bound', 'Prints upper bounds on the latency of every pair, in cycles (docs/noc-bounds.md).')
    .option('--from <module>', 'only from this module')
    .option('--to <module>', 'only to this module')
    .addOption(new Option('--class <class>', 'message class').choices(['0', '1', '2', '3']).default('0'))
    .action(async (file: string, options: BoundOptions) => finish(await bound(file, options, io)))
  add('view', 'Draws the network as SVG; of a refused one also the circle in which packets wait.')
    .option(
      '--route <source:target>',
      'draw a route; may be given several times',
      (word, all: readonly string[] = []) => [...all, word],
    )
    .option('-o, --output <file>', 'where it goes instead of the standard output')
    .action(async (file: string, options: ViewOptions) => finish(await view(file, options, io)))
  noc
    .command('ids')
    .description('Lists the ids of all modules for programs.')
    .argument('<file>', 'description of the system')
    .addOption(new Option('--as <form>', 'language of the list').choices(idForms).default('typescript'))
    .option('-o, --output <file>', 'where it goes instead of the standard output')
    .action(async (file: string, { as, output }: { readonly as: IdForm; readonly output?: string }) => {
      finish(await withFaults(file, {}, io, ({ network }) => write(idList(network, as), output, io)))
    })
  noc
    .command('schema')
    .description('Prints the JSON Schema of descriptions, for editors.')
    .option('-o, --output <file>', 'where it goes instead of the standard output')
    .action(({ output }: Shared) => {
      write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`, output, io)
      finish(exitCodes.fine)
    })
}

/** Does something with a planned system; tells the mistakes when there is none. */
const withFaults = async (
  file: string,
  { json }: Shared,
  io: Io,
  use: (system: PlannedSystem) => void,
): Promise<number> => {
  try {
    use((await readSystemFile(file)).plan())
    return exitCodes.fine
  } catch (reason) {
    if (!(reason instanceof DescriptionError)) throw reason
    tell(file, reason.faults, json === true, io)
    return exitCodes.found
  }
}

const tell = (file: string, faults: readonly DescriptionFault[], json: boolean, io: Io): void => {
  if (json) io.out(`${JSON.stringify({ file, ok: false, faults }, undefined, 2)}\n`)
  else io.err(faults.map((fault) => `${file}: ${showFault(fault)}\n`).join(''))
}

const write = (text: string, output: string | undefined, io: Io): void => {
  if (output === undefined) return io.out(text)
  const path = resolve(output)
  try {
    writeFileSync(path, text)
  } catch (reason) {
    throw new UsageError(
      `it cannot be written to ${path}: ${reason instanceof Error ? reason.message : String(reason)}`,
    )
  }
}

const check = (file: string, options: Shared, io: Io): Promise<number> =>
  withFaults(file, options, io, ({ network, description }) => {
    const { channels, dependencies } = dependencyCount(network)
    if (options.json === true) {
      const modules = network.modules.map(({ name, kind, mod, router }) => ({
        ...{ name, kind, id: showMod(mod) },
        router: network.routers[router]?.name,
      }))
      const { routers, classes, planes, parameters } = network
      const facts = {
        routers: routers.length,
        classes,
        planes: planes.map((plane) => plane.classes),
        channels,
        dependencies,
      }
      io.out(
        `${JSON.stringify({ file, ok: true, system: description.name, ...facts, parameters, modules }, undefined, 2)}\n`,
      )
      return
    }
    io.out(`${file}: ${factsOf(network)}\n`)
    io.out(`no circle among ${grouped(dependencies)} dependencies of ${grouped(channels)} channels\n\n`)
    const rows = network.modules.map(({ name, kind, mod, router }) => [
      showMod(mod),
      name,
      kind,
      network.routers[router]?.name ?? '',
    ])
    io.out(`${columns([['id', 'module', 'kind', 'router'], ...rows], 'llll')}\n`)
  })

/** `mesh, 4 routers, 10 modules, 2 classes on 1 plane, xy, sourceWeighted`. */
const factsOf = ({ parameters, routers, modules, classes, planes }: Network): string =>
  [
    parameters.topology.kind,
    count(routers.length, 'router'),
    count(modules.length, 'module'),
    `${count(classes, 'class', 'classes')} on ${count(planes.length, 'plane')}`,
    parameters.routing,
    parameters.arbitration,
  ].join(', ')

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`

interface BoundOptions extends Shared {
  readonly from?: string
  readonly to?: string
  readonly class: string
}

const bound = (file: string, options: BoundOptions, io: Io): Promise<number> =>
  withFaults(file, options, io, ({ network }) => {
    const messageClass = Number(options.class) as MessageClass
    if (messageClass >= network.classes)
      throw new UsageError(
        `there is no class ${messageClass}; the network has ${count(network.classes, 'class', 'classes')}`,
      )
    const [from, to] = [options.from, options.to].map((name) =>
      name === undefined ? undefined : moduleNamed(network, name),
    )
    const bounds = latencyBounds(network, messageClass).filter(
      ({ source, target }) => (from === undefined || from === source) && (to === undefined || to === target),
    )
    const nameOf = (index: number): string => network.modules[index]?.name ?? ''
    if (options.json === true) {
      const rows = bounds.map((each) => ({
        ...{ from: nameOf(each.source), to: nameOf(each.target), class: each.class, idle: each.zeroLoad },
        oneTarget: each.oneTarget ?? null,
        any: Number.isFinite(each.anyTraffic) ? each.anyTraffic : null,
      }))
      io.out(
        `${JSON.stringify({ file, longestPacket: network.parameters.longestPacket, bounds: rows }, undefined, 2)}\n`,
      )
      return
    }
    io.out(
      `cycles from the head of a queue to the delivered tail, class ${messageClass}, packets up to ${network.parameters.longestPacket} flits\n`,
    )
    const rows = bounds.map((each) => [nameOf(each.source), nameOf(each.target), ...cyclesOf(each)])
    io.out(`${columns([['from', 'to', 'idle', 'one target', 'any traffic'], ...rows], 'llrrr')}\n`)
  })

const cyclesOf = ({ zeroLoad, oneTarget, anyTraffic }: LatencyBound): readonly string[] => [
  grouped(zeroLoad),
  oneTarget === undefined ? '-' : cycles(oneTarget),
  Number.isFinite(anyTraffic) ? cycles(anyTraffic) : '-',
]

/** Large ones by their order of magnitude. */
const cycles = (number: number): string => (number < 1e9 ? grouped(Math.ceil(number)) : number.toExponential(1))

interface ViewOptions extends Shared {
  readonly route?: readonly string[]
}

const view = async (file: string, options: ViewOptions, io: Io): Promise<number> => {
  const source = await readSystemFile(file)
  let faults: readonly DescriptionFault[] = []
  let system: PlannedSystem
  try {
    system = source.plan()
  } catch (reason) {
    if (!(reason instanceof DescriptionError)) throw reason
    faults = reason.faults
    const drawable = faults.every(({ code }) => code === 'NOC-0201' || code === 'NOC-0105')
    if (!drawable) {
      tell(file, faults, options.json === true, io)
      return exitCodes.found
    }
    system = source.plan(['classes', 'deadlock'])
  }
  const { network } = system
  const routes = (options.route ?? []).map((word): readonly [number, number] => {
    const [from, to, ...more] = word.split(':')
    if (from === undefined || to === undefined || more.length > 0)
      throw new UsageError(`a route is source:target, not '${word}'`)
    return [moduleNamed(network, from), moduleNamed(network, to)]
  })
  const cycle = faults.flatMap((fault) => fault.cycle ?? [])
  const svg = networkSvg(network, { routes, cycle })
  if (options.json !== true || options.output !== undefined) write(svg, options.output, io)
  if (options.json === true)
    io.out(
      `${JSON.stringify({ file, ok: faults.length === 0, bytes: Buffer.byteLength(svg), ...(options.output === undefined ? { svg } : { output: resolve(options.output) }), faults })}\n`,
    )
  else if (faults.length > 0) tell(file, faults, false, io)
  return faults.length > 0 ? exitCodes.found : exitCodes.fine
}

const moduleNamed = (network: Network, name: string): number => {
  const found = network.modules.find((module) => module.name === name)
  if (found) return found.index
  const known = network.modules.map((module) => module.name)
  throw new UsageError(`there is no module '${name}' in ${network.name}.${didYouMean(name, known)}`)
}
