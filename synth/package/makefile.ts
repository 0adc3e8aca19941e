/** A Makefile for those who have only the folder. */
import type { Project, ProjectFile } from './project.ts'

/** Each target runs one tool on the folder's list of files. */
export const makefile = ({ top, verilog }: Project): ProjectFile => ({
  name: 'Makefile',
  text: `# make lint | ice40 | ecp5 | xilinx | clean
TOP := ${top}
VERILOG := ${verilog.join(' \\\n  ')}

.PHONY: lint ice40 ecp5 xilinx clean

lint:
	verilator --lint-only -Wall --top-module $(TOP) -F files.f

ice40 ecp5 xilinx: %: $(TOP)_%.json

$(TOP)_ice40.json: $(VERILOG)
	yosys -q -l $(TOP)_ice40.log -p 'read_verilog $(VERILOG); synth_ice40 -top $(TOP) -json $@; stat'

$(TOP)_ecp5.json: $(VERILOG)
	yosys -q -l $(TOP)_ecp5.log -p 'read_verilog $(VERILOG); synth_ecp5 -top $(TOP) -json $@; stat'

$(TOP)_xilinx.json: $(VERILOG)
	yosys -q -l $(TOP)_xilinx.log -p 'read_verilog $(VERILOG); synth_xilinx -flatten -noiopad -top $(TOP); write_json $@; stat'

clean:
	rm -f $(TOP)_ice40.* $(TOP)_ecp5.* $(TOP)_xilinx.*
`,
})
