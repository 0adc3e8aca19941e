/** What the network costs: area and depth, time to generate, speed of its simulation. NoC section 12.3, lower half. */
import { elaborate, type ModuleDefinition } from '#edsl'
import { configWritersOf, network as networkHardware, networkInterface, router, routerRegisterModule } from '#hdl/noc'
import { buildNetwork, hardwareCarrier, measure, trafficModules } from '#sim/traffic'
import { synthesise, type SynthesisReport, targetNamed } from '#synth'
import { meshSystem, type NetworkChoice, planNetwork } from '#topology'
import { type NocSettings, type Shape, systemOf } from './noc-networks.ts'
import { goalRow, type Row } from './row.ts'

const folder = 'out/bench/noc'

const synthesised = (definition: unknown, name: string, { onProgress }: NocSettings): Promise<SynthesisReport> => {
  onProgress(`yosys: ${name}`)
  return synthesise(elaborate(definition as ModuleDefinition), targetNamed('xc7a100t'), {
    directory: `${folder}/${name}`,
  })
}

interface RouterGoal {
  readonly classes: 1 | 2 | 4
  readonly luts: number
  readonly flipFlops: number
}

/** A router with three modules and two links; where there are registers, theirs besides. */
const routerRows = async ({ classes, luts, flipFlops }: RouterGoal, settings: NocSettings): Promise<readonly Row[]> => {
  const system = systemOf('2x2x3', { classes })
  // With one class even the reference's modules are refused, for good reasons: this is for its area alone.
  const plan = planNetwork(system, { unsafe: classes === 1 ? ['classes', 'deadlock'] : [] })
  const parts = [await synthesised(router(plan, 0, plan.planes[0]!), `router-${classes}`, settings)]
  if (plan.parameters.counters)
    parts.push(
      await synthesised(routerRegisterModule(plan, 0, configWritersOf(system)), `registers-${classes}`, settings),
    )
  const sum = (of: (part: SynthesisReport) => number): number => parts.reduce((all, part) => all + of(part), 0)
  const name = `router, 3 + 2 ports, ${classes} ${classes === 1 ? 'class' : 'classes'}`
  return [
    goalRow(
      `${name}, area`,
      sum((part) => part.luts),
      'LUT',
      { reference: 4849, goal: luts },
    ),
    goalRow(
      `${name}, state`,
      sum((part) => part.flipFlops),
      'FF',
      { reference: 1717, goal: flipFlops },
    ),
  ]
}

const depthRow = async (choice: NetworkChoice, goal: number, settings: NocSettings): Promise<Row> => {
  const plan = planNetwork(systemOf('2x2x3', { counters: false, ...choice }))
  const name = `router, depth, pipeline ${plan.parameters.pipeline}`
  const { levels } = await synthesised(router(plan, 0, plan.planes[0]!), `depth-${plan.parameters.pipeline}`, settings)
  return goalRow(name, levels, 'cells', { reference: 13, goal })
}

const interfaceRows = async (settings: NocSettings): Promise<readonly Row[]> => {
  const plan = planNetwork(systemOf('2x2x3'))
  const { luts, flipFlops, cells } = await synthesised(networkInterface(plan), 'interface', settings)
  const blocks = Object.entries(cells).reduce((sum, [name, count]) => (name.startsWith('RAMB') ? sum + count : sum), 0)
  return [
    goalRow('interface, 2 classes, area', luts, 'LUT', { reference: 2394, goal: 600 }),
    goalRow('interface, 2 classes, state', flipFlops, 'FF', { reference: 1167, goal: 500 }),
    goalRow('interface, 2 classes, block RAMs', blocks, '', { reference: 2, goal: 0 }),
  ]
}

/** Rows of area and depth. */
export const areaRows = async (settings: NocSettings): Promise<readonly Row[]> => {
  const goals: readonly RouterGoal[] = [
    { classes: 1, luts: 2000, flipFlops: 1200 },
    { classes: 2, luts: 2400, flipFlops: 1400 },
    { classes: 4, luts: 3000, flipFlops: 1600 },
  ]
  const rows: Row[] = []
  for (const goal of goals) rows.push(...(await routerRows(goal, settings)))
  rows.push(await depthRow({}, 11, settings), await depthRow({ pipeline: 'two' }, 8, settings))
  return [...rows, ...(await interfaceRows(settings))]
}

/** How long it takes to plan an 8x8 mesh with all its checks, and to make its hardware. */
export const generatorRows = ({ onProgress }: NocSettings): readonly Row[] => {
  const described = { ...meshSystem({ columns: 8, rows: 8, kind: 'cached' }), network: { classes: 4 } as const }
  const seconds = (what: () => unknown): number => {
    const from = performance.now()
    what()
    return (performance.now() - from) / 1000
  }
  onProgress('planning an 8x8 mesh with four classes')
  const planned = seconds(() => planNetwork(described))
  onProgress('elaborating it')
  const generated = seconds(() => elaborate(networkHardware(described)))
  return [
    goalRow('plan and check an 8x8 mesh, 4 classes', planned, 's', { goal: 2 }),
    goalRow('elaborate an 8x8 mesh, 4 classes', generated, 's', {}),
  ]
}

/** Cycles per second of the simulation in Verilator. */
export const speedRows = async ({ onProgress }: NocSettings): Promise<readonly Row[]> => {
  const speed = async (shape: Shape, goal: number): Promise<Row> => {
    onProgress(`Verilator: ${shape}`)
    const described = systemOf(shape)
    const plan = planNetwork(described)
    const built = await buildNetwork(networkHardware(described), {
      modules: trafficModules(plan).length,
      classes: plan.classes,
    })
    using carrier = hardwareCarrier(built)
    const cycles = 20_000
    const begin = performance.now()
    measure(carrier, plan, {
      pattern: { kind: 'uniform' },
      lengths: 1,
      rate: 0.3,
      seed: 1,
      warmUp: 0,
      cycles,
      drain: false,
    })
    const rate = cycles / ((performance.now() - begin) / 1000)
    return goalRow(`simulation in Verilator, ${shape}, uniform`, rate, 'cycles/s', {
      ...{ reference: shape === '2x2x3' ? 90_000 : undefined, goal, better: 'more' },
    })
  }
  return [await speed('2x2x3', 90_000), await speed('8x8', 10_000)]
}
