/**
 * Who may import what. The table below is the whole rule; dependency-cruiser walks the imports.
 *
 * Run by hand: `npx tsx tools/rooms.ts`. Exit code: 0 fine, 1 something is imported that may not be.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cruise, type ICruiseResult, type IRegularForbiddenRuleType, type IViolation } from 'dependency-cruiser'

/** A room and the rooms it may import. A room that is missing here may import nothing and cannot be imported. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/host': [],
  'src/layout': [],
  // The host's side of the link to a chip.
  'src/host-link': ['src/layout'],
  // Networks as graphs: which routers there are and where packets go.
  'src/topology': ['src/layout'],
  // Systems as their designers write them, in TypeScript or JSON.
  'src/describe': ['src/layout', 'src/topology', 'src/report'],
  'src/ir': ['src/layout'],
  'src/edsl': ['src/host', 'src/ir', 'src/layout', 'src/check', 'src/report'],
  'src/analysis': ['src/ir'],
  'src/check': ['src/host', 'src/ir', 'src/layout', 'src/analysis'],
  'src/emit': ['src/ir', 'src/layout'],
  'src/report': ['src/host', 'src/ir', 'src/layout', 'src/analysis'],
  'src/diagram': ['src/ir', 'src/layout', 'src/analysis', 'src/topology'],
  'src/tool': [],
  'src/random': [],
  'src/engine': ['src/ir', 'src/layout', 'src/random'],

  'hdl/lib': ['src/edsl', 'src/layout'],
  'hdl/bus': ['src/edsl', 'src/layout', 'hdl/lib'],
  'hdl/blackbox': ['src/edsl', 'src/layout', 'hdl/lib'],
  'hdl/endpoints': ['src/edsl', 'src/layout', 'hdl/lib'],
  'hdl/noc': ['src/edsl', 'src/layout', 'src/topology', 'hdl/lib'],
  'hdl/tcu': ['src/edsl', 'src/layout', 'hdl/lib', 'hdl/endpoints'],
  // Bridges between the network and what is not M³: AXI4 cores, AXI4 memories, a host behind a byte stream.
  'hdl/bridge': ['src/edsl', 'src/layout', 'hdl/lib', 'hdl/bus', 'hdl/noc'],
  // What stands in a tile in place of a core: it sees the register port of the TCU.
  'hdl/accelerator': ['src/edsl', 'src/layout', 'hdl/lib', 'hdl/tcu'],
  'hdl/tile': [
    ...['src/edsl', 'src/layout', 'hdl/lib', 'hdl/bus', 'hdl/tcu', 'hdl/noc', 'hdl/bridge'],
    ...['hdl/accelerator'],
  ],
  // A system is tiles joined by a network.
  'hdl/soc': [...['src/edsl', 'src/layout', 'src/topology', 'hdl/lib', 'hdl/bus', 'hdl/tile', 'hdl/noc'], 'hdl/bridge'],

  'src/model': ['src/layout', 'src/topology', 'src/random'],
  'src/kernel': ['src/layout', 'src/model'],
  'src/services': ['src/kernel', 'src/layout', 'src/model'],

  'sim/wave': ['src/ir', 'src/layout', 'src/report', 'src/engine'],
  'sim/build': ['src/edsl', 'src/ir', 'src/check', 'src/emit', 'src/layout', 'src/report', 'src/tool'],
  'sim/prove': [
    ...['src/edsl', 'src/ir', 'src/check', 'src/emit', 'src/engine', 'src/layout', 'src/report', 'src/tool'],
    ...['sim/build', 'sim/simulate', 'sim/wave'],
  ],
  'sim/bridge': [
    'src/edsl',
    'src/ir',
    'src/check',
    'src/emit',
    'src/layout',
    'src/report',
    'src/engine',
    'sim/build',
    'sim/wave',
  ],
  'sim/bench': [
    ...['src/edsl', 'src/ir', 'src/check', 'src/emit', 'src/layout', 'src/report'],
    ...['sim/build', 'sim/bridge', 'sim/wave'],
  ],
  'sim/simulate': [
    ...['src/edsl', 'src/ir', 'src/check', 'src/emit', 'src/layout', 'src/report', 'src/engine'],
    ...['sim/build', 'sim/bridge', 'sim/wave'],
  ],
  // Test benches of tasks.
  'sim/tasks': ['src/edsl', 'src/layout', 'sim/simulate'],
  // Test benches for Verilog that was not made here.
  'sim/verilog': ['src/edsl', 'src/layout', 'sim/build', 'sim/simulate', 'sim/tasks'],
  // Loads for networks, and what they find; over the hardware or the timed model.
  'sim/traffic': [
    ...['src/edsl', 'src/engine', 'src/layout', 'src/random', 'src/topology', 'src/model'],
    'sim/simulate',
  ],
  'sim/cosim': [
    ...['src/engine', 'src/edsl', 'src/ir', 'src/check', 'src/emit', 'src/layout', 'src/report'],
    ...['sim/build', 'sim/bridge', 'sim/bench', 'sim/wave', 'src/model', 'src/topology', 'hdl/soc'],
  ],
  synth: ['src/ir', 'src/edsl', 'src/emit', 'src/layout', 'src/report', 'src/tool'],

  // Designs to learn from use what the designs of a stranger may use.
  examples: ['src/edsl', 'src/layout', 'src/describe', 'hdl/lib', 'hdl/bus', 'hdl/bridge', 'sim/verilog'],
}

/** Rooms whose own values stay out of reach: what runs on a tile sees the types of the tile and nothing behind them. */
const typesOnly: readonly (readonly [from: string, to: string])[] = [
  ['src/kernel', 'src/model'],
  ['src/services', 'src/model'],
]

/** The command line may import every room, and no room may import it. */
const free = ['src/cli']

const roots = ['examples', 'hdl', 'src', 'sim', 'synth', 'test']
const rooms = [...Object.keys(mayImport), ...free]

/** One import that may not be: `hdl/tcu/unit.ts:3`, its line, and why not. */
export interface RoomViolation {
  readonly at: string
  readonly line: string
  readonly reason: string
}

/** Walks all imports below `folder` and returns those that may not be, in the order of the files. */
export async function roomViolations(folder: string): Promise<readonly RoomViolation[]> {
  const present = roots.filter((root) => existsSync(join(folder, root)))
  if (present.length === 0) return []
  const { output } = await cruise(present, {
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden: rules() },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  })
  const result = output as ICruiseResult
  const strangers = result.modules
    .filter(({ source }) => /^(hdl|src|sim)\//.test(source) && !rooms.some((room) => source.startsWith(`${room}/`)))
    .map(({ source }) => ({ at: source, line: '', reason: 'this folder is no room; name it in tools/rooms.ts' }))
  const imports = result.summary.violations.map((violation) => located(folder, violation))
  return [...strangers, ...imports].sort((a, b) => a.at.localeCompare(b.at, 'en', { numeric: true }))
}

function rules(): IRegularForbiddenRuleType[] {
  const drawn = Object.entries(mayImport).map(([room, others]) => ({
    name: `${room} may import ${others.length === 0 ? 'no other room' : `only ${others.join(', ')}`}`,
    from: { path: `^${room}/` },
    to: { path: `^(${roots.join('|')}|bin|scripts|tools)/`, pathNot: `^(${[room, ...others].join('|')})/` },
  }))
  const types = typesOnly.map(([from, to]) => ({
    name: `${from} may import only types from ${to}`,
    from: { path: `^${from}/` },
    to: { path: `^${to}/`, dependencyTypesNot: ['type-only' as const] },
  }))
  const entrances = [
    {
      name: 'a room is entered by its index: import it by its name, such as #layout',
      from: { path: '^((?:src|hdl|sim)/[^/]+|synth|examples)/' },
      to: { path: '^(src|hdl|sim)/', pathNot: '^$1/', dependencyTypesNot: ['aliased-subpath-import' as const] },
    },
    {
      name: 'inside a room, files import each other by path',
      from: { path: '^((?:src|hdl|sim)/[^/]+)/' },
      to: { path: '^$1/', dependencyTypes: ['aliased-subpath-import' as const] },
    },
    {
      name: 'only tests may import packages that are there for development',
      // What adds matchers to a test framework imports it.
      from: { path: '^(examples|hdl|src|sim|synth)/', pathNot: '^sim/simulate/vitest\\.ts$' },
      to: { dependencyTypes: ['npm-dev' as const] },
    },
    { name: 'nothing has this name', from: {}, to: { couldNotResolve: true } },
  ]
  return [...drawn, ...types, ...entrances].map((rule) => ({ ...rule, severity: 'error' }))
}

function located(folder: string, { from, to, unresolvedTo, rule }: IViolation): RoomViolation {
  const name = unresolvedTo ?? to
  const lines = readFileSync(join(folder, from), 'utf8').split('\n')
  const index = lines.findIndex((line) => line.includes(`'${name}'`) || line.includes(`"${name}"`))
  const at = index < 0 ? from : `${from}:${index + 1}`
  return { at, line: lines[index]?.trim() ?? name, reason: rule.name }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const violations = await roomViolations(process.cwd())
  for (const { at, line, reason } of violations) console.log(`${at}\n  ${line}\n  ${reason}\n`)
  process.exitCode = violations.length === 0 ? 0 : 1
}
