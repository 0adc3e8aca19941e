/** Timing constraints that every vendor's tools read. */
import type { Project, ProjectFile } from './project.ts'

/** Periods in nanoseconds; clocks of different domains are asynchronous, what crosses is synchronised inside. */
export const constraintsFile = ({ top, clocks, clockHz }: Project): ProjectFile => ({
  name: `${top}.sdc`,
  text: [
    ...clocks.map(
      (clock) => `create_clock -name ${clock} -period ${(1e9 / clockHz).toFixed(3)} [get_ports {${clock}}]\n`,
    ),
    ...(clocks.length > 1
      ? [`set_clock_groups -asynchronous${clocks.map((clock) => ` -group {${clock}}`).join('')}\n`]
      : []),
  ].join(''),
})
