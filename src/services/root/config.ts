/** Configuration of applications: the part of a boot file that root reads. Source: services section 5.2. */
import { parseXml } from './xml.ts'
import type { Element } from './xml.ts'

/** Something in a boot file that cannot be; the message is for whoever wrote it. */
export class ConfigError extends Error {
  /** Line of the text that was read, where there is one to blame. */
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.name = 'ConfigError'
    this.line = line
  }
}

/** What is wrong in an element is wrong in its line. */
const located =
  <T>(read: (element: Element) => T) =>
  (element: Element): T => {
    try {
      return read(element)
    } catch (reason) {
      if (!(reason instanceof ConfigError) || reason.line !== undefined) throw reason
      throw new ConfigError(reason.message, element.line)
    }
  }

export interface ReceiveGateConfig {
  /** Name inside the application, and in the whole configuration. */
  readonly localName: string
  readonly globalName: string
  /** Bytes of one message, header included, a power of two. */
  readonly messageBytes: number
  readonly slots: number
}

/** Name of the receive gate for serial input, which the kernel made. */
export const serialInput = 'serial'

export interface SendGateConfig {
  readonly localName: string
  readonly globalName: string
  /** 0 is unlimited. */
  readonly credits: number
  readonly label: bigint
}

export interface ModuleConfig {
  readonly localName: string
  readonly globalName: string
  readonly permissions: number
}

export interface TilesConfig {
  readonly type: string
  readonly count: number
  readonly optional: boolean
}

/** A service that an application provides, by its name there and everywhere. */
export interface ServiceConfig {
  readonly localName: string
  readonly globalName: string
}

/** A session that an application may open. */
export interface SessionConfig {
  readonly localName: string
  readonly globalName: string
  /** What the service is told when the session is opened. */
  readonly argument: string
  /** Whether the application starts when the service is there. */
  readonly waits: boolean
}

export interface SemaphoreConfig {
  readonly localName: string
  readonly globalName: string
}

/** Shares that an application gets; undefined is what is left, divided equally. Time in nanoseconds, memory in bytes. */
export interface ShareConfig {
  readonly userMemory: number | undefined
  readonly kernelMemory: number | undefined
  readonly eps: number | undefined
  readonly time: number | undefined
  readonly pageTables: number | undefined
}

/** One application with what it may use, and the applications that it starts. */
export interface AppConfig {
  /** Line of its element in the text that was read. */
  readonly line: number
  /** Program name and arguments. */
  readonly args: readonly string[]
  readonly daemon: boolean
  /** Whether it may ask about all programs. */
  readonly getInfo: boolean
  readonly shares: ShareConfig
  /** Whether it may have serial input. */
  readonly serial: boolean
  readonly semaphores: readonly SemaphoreConfig[]
  readonly receiveGates: readonly ReceiveGateConfig[]
  readonly sendGates: readonly SendGateConfig[]
  readonly modules: readonly ModuleConfig[]
  readonly tiles: readonly TilesConfig[]
  readonly services: readonly ServiceConfig[]
  readonly sessions: readonly SessionConfig[]
  readonly domains: readonly DomainConfig[]
}

export interface DomainConfig {
  /** Type of the tile, its name or its NoC id. */
  readonly tile: string
  readonly app: AppConfig
}

/**
 * Reads the root application of a boot file.
 *
 * Rejects: XmlError; ConfigError.
 */
export const parseApp = (text: string): AppConfig => {
  const [top] = parseXml(text)
  if (top?.name !== 'app') throw new ConfigError(`an application starts with <app>, not with <${top?.name ?? ''}>`)
  return located(app)(top)
}

/** Attributes and contents of the elements that this resource manager knows. */
const known: Readonly<Record<string, { readonly attributes: readonly string[]; readonly inside: readonly string[] }>> =
  {
    app: {
      attributes: ['args', 'daemon', 'getinfo', 'usermem', 'kernmem', 'eps', 'time', 'pagetables'],
      inside: ['dom', 'rgate', 'sgate', 'sem', 'serial', 'mod', 'tiles', 'serv', 'sess'],
    },
    dom: { attributes: ['tile', 'mux'], inside: ['app'] },
    rgate: { attributes: ['name', 'lname', 'gname', 'msgsize', 'slots'], inside: [] },
    sgate: { attributes: ['name', 'lname', 'gname', 'credits', 'label'], inside: [] },
    sem: { attributes: ['name', 'lname', 'gname'], inside: [] },
    serial: { attributes: [], inside: [] },
    mod: { attributes: ['name', 'lname', 'gname', 'perm'], inside: [] },
    tiles: { attributes: ['type', 'count', 'optional'], inside: [] },
    serv: { attributes: ['name', 'lname', 'gname'], inside: [] },
    sess: { attributes: ['name', 'lname', 'gname', 'args', 'dep'], inside: [] },
  }

const check = (element: Element): void => {
  const rule = known[element.name]
  if (rule === undefined) throw new ConfigError(`the element <${element.name}> is not known`)
  for (const name of Object.keys(element.attributes))
    if (!rule.attributes.includes(name))
      throw new ConfigError(`<${element.name}> has no attribute '${name}'; it knows ${rule.attributes.join(', ')}`)
  for (const child of element.children)
    if (!rule.inside.includes(child.name))
      throw new ConfigError(
        `<${child.name}> cannot stand inside <${element.name}>` +
          (rule.inside.length > 0 ? `; ${rule.inside.map((name) => `<${name}>`).join(', ')} can` : ''),
        child.line,
      )
}

const app = (element: Element): AppConfig => {
  check(element)
  const args = (element.attributes.args ?? '').split(/\s+/).filter((word) => word !== '')
  if (args.length === 0) throw new ConfigError('an <app> needs args="PROGRAM ..."')
  const inside = (name: string): readonly Element[] => element.children.filter((child) => child.name === name)
  return {
    line: element.line,
    args,
    daemon: element.attributes.daemon === '1',
    getInfo: element.attributes.getinfo === '1',
    shares: shares(element),
    serial: inside('serial').length > 0,
    semaphores: inside('sem').map(located(semaphore)),
    receiveGates: [...inside('rgate').map(located(receiveGate)), ...inside('serial').map(located(serial))],
    sendGates: inside('sgate').map(located(sendGate)),
    modules: inside('mod').map(located(module)),
    tiles: inside('tiles').map(located(tiles)),
    services: inside('serv').map(located(service)),
    sessions: inside('sess').map(located(session)),
    domains: inside('dom').map(located(domain)),
  }
}

/** Endpoints of a tile that one activity can use: the standard ones at least. Kernel section 1.10. */
const fewestEps = 7
const mostEps = 120

const shares = (element: Element): ShareConfig => {
  const optional = (name: string, least: number, most: number): number | undefined =>
    element.attributes[name] === undefined ? undefined : number(element, name, 0, least, most)
  return {
    userMemory: optional('usermem', 0, 2 ** 40),
    kernelMemory: optional('kernmem', 1, 2 ** 40),
    eps: optional('eps', fewestEps, mostEps),
    time: time(element),
    pageTables: optional('pagetables', 0, 2 ** 20),
  }
}

const nanoseconds = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 } as const

const time = (element: Element): number | undefined => {
  const text = element.attributes.time
  if (text === undefined) return undefined
  const match = /^(\d{1,9})(ns|us|ms|s)$/.exec(text)
  if (match === null) throw new ConfigError(`<app> time="${text}" is not a time such as 300us: ns, us, ms, s`)
  return Number(match[1]) * nanoseconds[match[2] as keyof typeof nanoseconds]
}

const semaphore = (element: Element): SemaphoreConfig => {
  check(element)
  return names(element)
}

const domain = (element: Element): DomainConfig => {
  check(element)
  const [first, second] = element.children
  if (first === undefined) throw new ConfigError('a <dom> needs an <app>')
  if (second !== undefined) throw new ConfigError('a <dom> takes one <app>: tiles are not shared yet')
  return { tile: element.attributes.tile ?? 'core', app: located(app)(first) }
}

const receiveGate = (element: Element): ReceiveGateConfig => {
  check(element)
  const slots = number(element, 'slots', 1, 1, 32)
  if (!isPowerOfTwo(slots)) throw new ConfigError(`<rgate> slots="${slots}" is not a power of two`)
  const messageBytes = number(element, 'msgsize', 64, 32, 2048)
  if (names(element).globalName === serialInput)
    throw new ConfigError(`the gate '${serialInput}' is that of <serial/>: give this <rgate> another name`)
  return { ...names(element), slots, messageBytes: 2 ** Math.ceil(Math.log2(messageBytes)) }
}

/** The gate for serial input exists already; it has one slot. Kernel section 4.3, step 4. */
const serial = (element: Element): ReceiveGateConfig => {
  check(element)
  return { localName: serialInput, globalName: serialInput, slots: 1, messageBytes: 64 }
}

const sendGate = (element: Element): SendGateConfig => {
  check(element)
  const label = element.attributes.label ?? '0'
  if (!/^(0x[0-9a-fA-F]{1,16}|\d{1,19})$/.test(label)) throw new ConfigError(`<sgate> label="${label}" is not a number`)
  return { ...names(element), credits: number(element, 'credits', 1, 0, 62), label: BigInt(label) }
}

const module = (element: Element): ModuleConfig => {
  check(element)
  const perm = element.attributes.perm ?? 'rwx'
  if (!/^r?w?x?$/.test(perm)) throw new ConfigError(`<mod> perm="${perm}" is not made of r, w and x`)
  const permissions = [...perm].reduce((sum, letter) => sum + { r: 1, w: 2, x: 4 }[letter as 'r' | 'w' | 'x'], 0)
  return { ...names(element), permissions }
}

const tiles = (element: Element): TilesConfig => {
  check(element)
  const { type } = element.attributes
  if (type === undefined) throw new ConfigError('<tiles> needs type="..."')
  return { type, count: number(element, 'count', 1, 1, 64), optional: element.attributes.optional === '1' }
}

const service = (element: Element): ServiceConfig => {
  check(element)
  return names(element)
}

const session = (element: Element): SessionConfig => {
  check(element)
  const { args: argument = '', dep = '1' } = element.attributes
  return { ...names(element), argument, waits: dep !== '0' }
}

const names = (element: Element): { readonly localName: string; readonly globalName: string } => {
  const { name, lname, gname } = element.attributes
  const localName = lname ?? name
  const globalName = gname ?? name
  if (localName === undefined || globalName === undefined)
    throw new ConfigError(`<${element.name}> needs name="...", or lname="..." and gname="..."`)
  return { localName, globalName }
}

const number = (element: Element, name: string, fallback: number, least: number, most: number): number => {
  const text = element.attributes[name]
  if (text === undefined) return fallback
  const match = /^(\d{1,9})([kmg]?)$/.exec(text)
  const value =
    match === null
      ? NaN
      : Number(match[1]) * { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[match[2] as '' | 'k' | 'm' | 'g']
  if (!(value >= least && value <= most))
    throw new ConfigError(`<${element.name}> ${name}="${text}" is not a number from ${least} to ${most}`)
  return value
}

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value))
