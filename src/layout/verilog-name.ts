/** Names that hardware can have. */

/** Words that Verilog keeps for itself and that designers are likely to choose, and names that the emitter uses. */
const taken: ReadonlySet<string> = new Set(
  (
    'always and assign automatic begin bit buf byte case casex casez cell class clk clocking config const continue cover deassign ' +
    'default define disable do edge else end endcase enum event expect export extern final first_match for force ' +
    'forever fork function generate genvar global if iff import include initial inout input inside instance int ' +
    'integer interface join large let library local logic long loop macromodule match matches medium module nand new ' +
    'next nor not null or output package packed parameter primitive priority program property protected pull0 pull1 ' +
    'pure rand real ref reg release repeat restrict return rst scalared sequence shortint signed small solve specify ' +
    'static string strong struct super supply0 supply1 table tagged task this throughout time timeout type typedef ' +
    'union unique unsigned until unused use var vectored virtual void wait weak while wildcard wire with within xor xnor'
  ).split(' '),
)

/** Whether Verilog can have a module of this name. */
export const isVerilogName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !taken.has(name)
