/** Timing constraints that every vendor's tools read. */
import type { Project, ProjectFile } from './project.ts'

/** Periods in nanoseconds; clocks of different domains are asynchronous, what crosses is synchronised inside. */
export const constraintsFile = ({ top, clocks, clockHz, system }: Project): ProjectFile => ({
  name: `${top}.sdc`,
  text: [
    ...clocks.map(
      (clock) =>
        `create_clock -name ${clock} -period ${(1e9 / (ownHz(clock, system) ?? clockHz)).toFixed(3)} [get_ports {${clock}}]\n`,
    ),
    ...(clocks.length > 1
      ? [`set_clock_groups -asynchronous${clocks.map((clock) => ` -group {${clock}}`).join('')}\n`]
      : []),
  ].join(''),
})

/** The frequency of a clock that belongs to a module of the system. */
const ownHz = (clock: string, system: Project['system']): number | undefined =>
  system?.modules.find(({ name }) => clock === `${name}_clk`)?.clockHz
