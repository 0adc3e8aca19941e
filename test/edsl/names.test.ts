import { describe, expect, test } from 'vitest'
import {
  allow,
  bit,
  type Bit,
  elaborate,
  input,
  instance,
  module,
  type ModuleDefinition,
  output,
  reg,
  states,
  stream,
  struct,
  uint,
  when,
  wire,
} from '#edsl'
import { emitVerilog } from '#emit'

const signalNames = (definition: Pick<ModuleDefinition, 'name'>): readonly string[] =>
  elaborate(definition).top.signals.map(({ name }) => name)

describe('a signal is named', () => {
  test('after the variable that it is bound to', () => {
    const subject = module('subject', { count: output(uint(8)) }, ({ count }) => {
      const heldValue = reg(uint(8), 0)
      heldValue.next(heldValue.addWrap(1))
      count.drive(heldValue)
    })

    expect(signalNames(subject)).toEqual(['held_value'])
  })

  test('by its fields when it is a record', () => {
    const pair = struct({ left: uint(4), right: bit })
    const subject = module('subject', { sum: output(uint(4)) }, ({ sum }) => {
      const held = reg(pair, { left: 0, right: 0 })
      held.next({ left: held.left.addWrap(1), right: held.left.any() })
      sum.drive(held.left)
    })

    expect(signalNames(subject)).toEqual(['held_left', 'held_right'])
  })

  test('by the name that is given', () => {
    const subject = module('subject', { level: output(bit) }, ({ level }) => {
      const held = reg(bit, 0, 'latchedLevel')
      held.next(held.not())
      level.drive(held)
    })

    expect(signalNames(subject)).toEqual(['latched_level'])
  })

  test('after the variable inside a helper, and numbered only among its own name', () => {
    const risingEdge = (signal: Bit): Bit => {
      const before = reg(bit, 0)
      before.next(signal)
      return signal.and(before.not())
    }
    const subject = module('subject', { a: input(bit), b: input(bit), both: output(bit) }, ({ a, b, both }) => {
      const other = wire(bit)
      other.drive(risingEdge(b))
      both.drive(risingEdge(a).and(other))
    })

    expect(signalNames(subject)).toEqual(['other', 'before', 'before_2'])
  })

  test('as before when something else is added in front of it', () => {
    const build = (more: boolean) =>
      module('subject', { count: output(uint(8)) }, ({ count }) => {
        if (more) {
          const added = reg(uint(8), 0)
          added.next(added.addWrap(2))
          allow('HDL-0305', 'only its name counts', added)
        }
        const total = reg(uint(8), 0)
        total.next(total.addWrap(1))
        count.drive(total)
      })

    expect(signalNames(build(false))).toEqual(['total'])
    expect(signalNames(build(true))).toEqual(['added', 'total'])
  })
})

test('ports have the names of the record, streams those of their parts', () => {
  const subject = module(
    'subject',
    { fromCore: input(stream(uint(8))), toMemory: output(stream(uint(8))) },
    ({ fromCore, toMemory }) => {
      toMemory.payload.drive(fromCore.payload)
      toMemory.valid.drive(fromCore.valid)
      fromCore.ready.drive(toMemory.ready)
    },
  )

  expect(elaborate(subject).top.ports.map(({ name, role }) => `${role} ${name}`)).toEqual([
    'input from_core_payload',
    'input from_core_valid',
    'output from_core_ready',
    'output to_memory_payload',
    'output to_memory_valid',
    'input to_memory_ready',
  ])
})

test('an instance is named after its variable, and identical modules are emitted once', () => {
  const inverter = () =>
    module('inverter', { from: input(bit), to: output(bit) }, ({ from, to }) => to.drive(from.not()))
  const chain = module('chain', { from: input(bit), to: output(bit) }, ({ from, to }) => {
    const first = instance(inverter())
    const second = instance(inverter())
    first.from.drive(from)
    second.from.drive(first.to)
    to.drive(second.to)
  })

  const design = elaborate(chain)

  expect(design.top.instances.map(({ name }) => name)).toEqual(['first', 'second'])
  expect(design.modules.map(({ name }) => name)).toEqual(['inverter', 'chain'])
})

/** Counts cycles in which `enable` is high, modulo 2**width. Says when it is at its end. */
const counter = <Width extends number>(width: Width) =>
  module(`counter_w${width}`, { enable: input(bit), count: output(uint(width)) }, ({ enable, count }) => {
    const value = reg(uint(width), 0)
    when(enable, () => value.next(value.addWrap(1)))
    count.drive(value)
  })

test('the first sentence of the documentation becomes the comment above the module', () => {
  expect(elaborate(counter(8)).top.summary).toBe('Counts cycles in which `enable` is high, modulo 2**width.')
})

test('a counter reads like hand-written Verilog', () => {
  const [file] = emitVerilog(elaborate(counter(8)))

  expect(file?.text.replace(/names\.test\.ts:\d+/, 'names.test.ts')).toMatchInlineSnapshot(`
    "// counter_w8: counts cycles in which \`enable\` is high, modulo 2**width.
    // Generated from test/edsl/names.test.ts. Edit that file, not this one.
    \`default_nettype none
    module counter_w8 (
      input  wire       clk,
      input  wire       rst,
      input  wire       enable,
      output wire [7:0] count
    );
      reg [7:0] value;

      assign count = value;

      always @(posedge clk) begin
        if (rst) begin
          value <= 8'd0;
        end else if (enable) begin
          value <= value + 8'd1;
        end
      end
    endmodule
    \`default_nettype wire
    "
  `)
})

test('the states of a machine have names in the Verilog', () => {
  const door = module('door', { push: input(bit), isOpen: output(bit) }, ({ push, isOpen }) => {
    const state = states('closed', 'open')
    isOpen.drive(state.is('open'))
    state.match({
      closed: () => when(push, () => state.go('open')),
      open: () => when(push, () => state.go('closed')),
    })
  })

  const text = emitVerilog(elaborate(door))[0]?.text

  expect(text).toContain('STATE_CLOSED')
  expect(text).toContain('STATE_OPEN')
})

test.each([
  ['small', `'small' is a word of Verilog`, `module('small_unit', ...)`],
  ['2nd', 'no digit begins it', `module('_2nd_unit', ...)`],
  ['two words', 'letters, digits and _ make a name', `module('two_words_unit', ...)`],
])('a module cannot be called %s, and the mistake says why', (name, why, help) => {
  const subject = module(name, { level: output(bit) }, ({ level }) => level.drive(1))

  const build = () => elaborate(subject)

  expect(build).toThrow(`a module cannot have the name '${name}'`)
  expect(build).toThrow(why)
  expect(build).toThrow(help)
})
