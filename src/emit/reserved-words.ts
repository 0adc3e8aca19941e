/** Words that a name in generated Verilog must not be. */

const verilog = `
  always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos config deassign default defparam design
  disable edge else end endcase endconfig endfunction endgenerate endmodule endprimitive endspecify endtable endtask
  event for force forever fork function generate genvar highz0 highz1 if ifnone incdir include initial inout input
  instance integer join large liblist library localparam macromodule medium module nand negedge nmos nor
  noshowcancelled not notif0 notif1 or output parameter pmos posedge primitive pull0 pull1 pulldown pullup
  pulsestyle_ondetect pulsestyle_onevent rcmos real realtime reg release repeat rnmos rpmos rtran rtranif0 rtranif1
  scalared showcancelled signed small specify specparam strong0 strong1 supply0 supply1 table task time tran tranif0
  tranif1 tri tri0 tri1 triand trior trireg unsigned use uwire vectored wait wand weak0 weak1 while wire wor xnor xor`

const systemVerilog = `
  accept_on alias always_comb always_ff always_latch assert assume before bind bins binsof bit break byte chandle
  checker class clocking const constraint context continue cover covergroup coverpoint cross dist do endchecker
  endclass endclocking endgroup endinterface endpackage endprogram endproperty endsequence enum eventually expect
  export extends extern final first_match foreach forkjoin global iff ignore_bins illegal_bins implements implies
  import inside int interconnect interface intersect join_any join_none let local logic longint matches modport
  nettype new nexttime null package packed priority program property protected pure rand randc randcase randomize
  randsequence ref reject_on restrict return s_always s_eventually s_nexttime s_until s_until_with sequence shortint
  shortreal soft solve static std string strong struct super sync_accept_on sync_reject_on tagged this throughout
  timeprecision timeunit type typedef union unique unique0 until until_with untyped var virtual void wait_order weak
  wildcard with within mailbox process semaphore`

// Verilator warns about these (SYMRSVDWORD), because it turns names into C++.
const cPlusPlus = `
  abort alignas alignof and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bit_vector bitand bitor bool catch
  cdecl char char16_t char32_t compl complex concept const_cast const_iterator const_reference constexpr decltype delete
  deque double dynamic_cast explicit false far float friend goto huge inline interrupt list long map multimap multiset
  mutable namespace near noexcept not_eq nullptr operator or_eq pascal private public queue register reinterpret_cast
  requires set short sizeof stack static_assert static_cast switch synchronized template thread_local throw
  transaction_safe transaction_safe_dynamic true try type_info typeid typename uint16_t uint32_t uint8_t using vector
  volatile wchar_t xor_eq sc_clock sc_in sc_inout sc_out sc_signal sensitive sensitive_neg sensitive_pos`

/** Words of Verilog-2005, SystemVerilog and C++ that tools refuse, or warn about, as names. */
export const reservedWords: ReadonlySet<string> = new Set(
  [verilog, systemVerilog, cPlusPlus].flatMap((words) => words.trim().split(/\s+/)),
)
