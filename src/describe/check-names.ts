/** Names of a description that its hardware cannot have. */
import { isVerilogName } from '#layout'
import type { DescriptionFault } from './description-error.ts'
import type { FullDescription } from './schema.ts'

/**
 * Names that Verilog has no module for, by the rule of the language itself (HDL-0304): the system and its modules become
 * modules, ports and clocks, and the routers of a custom graph modules.
 */
export const checkNames = ({ name, tiles, memories, host, network }: FullDescription): readonly DescriptionFault[] => {
  const { topology } = network
  return [
    { path: 'name', name },
    ...tiles.map((one, index) => ({ path: `tiles[${index}].name`, name: one.name })),
    ...memories.map((one, index) => ({ path: `memories[${index}].name`, name: one.name })),
    ...(host ? [{ path: 'host.name', name: host.name }] : []),
    ...(topology.kind === 'custom'
      ? topology.routers.map((one, index) => ({ path: `network.topology.routers[${index}]`, name: one }))
      : []),
  ].flatMap(({ path, name: given }) =>
    isVerilogName(given)
      ? []
      : [
          {
            code: 'NOC-0304',
            path,
            message: /^[A-Za-z_]\w*$/.test(given)
              ? `'${given}' is a word of Verilog, or a name that all hardware has`
              : `'${given}' is no name that hardware can have`,
            fix: `use another one, such as ${given.replace(/\W/g, '_').replace(/^(?=\d)/, '_')}_unit`,
          },
        ],
  )
}
