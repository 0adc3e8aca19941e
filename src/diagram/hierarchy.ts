/** What contains what, as data. */
import type { Design, Module, Place, Signal } from '#ir'
import { placeOf } from './place.ts'

export interface HierarchyPort {
  readonly name: string
  readonly direction: 'input' | 'output'
  readonly bits: number
  readonly signed: boolean
}

/** An instance and all below it; the top is an instance of itself. */
export interface HierarchyNode {
  /** Name of the instance; of the top, of its module. */
  readonly instance: string
  readonly module: string
  readonly summary: string
  /** Whether the module is Verilog that was not made here. */
  readonly foreign: boolean
  readonly domains: readonly string[]
  readonly ports: readonly HierarchyPort[]
  /** Where the instance was written; of the top, its module. */
  readonly at: Place | undefined
  readonly children: readonly HierarchyNode[]
}

/** The tree of a design's instances. Only plain data: `JSON.stringify` writes all of it. */
export const hierarchy = (design: Design): HierarchyNode =>
  nodeOf(design.top, design.top.name, placeOf(design.top.origin))

const nodeOf = (module: Module, instance: string, at: Place | undefined): HierarchyNode => ({
  instance,
  module: module.name,
  summary: module.summary,
  foreign: module.external !== undefined,
  domains: module.domains.map(({ name }) => name),
  ports: module.ports.map(portOf),
  at,
  children: module.instances.map((child) => nodeOf(child.module, child.name, placeOf(child.origin))),
})

const portOf = ({ label, role, bits, signed }: Signal): HierarchyPort => ({
  name: label,
  direction: role === 'input' ? 'input' : 'output',
  bits,
  signed,
})
