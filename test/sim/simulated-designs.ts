/** Small designs for the tests of simulators: each has something that test benches deal with. */
import {
  array,
  type Bit,
  assert,
  assume,
  bit,
  cover,
  domain,
  external,
  inDomain,
  input,
  instance,
  memory,
  module,
  none,
  oneOf,
  output,
  probe,
  reg,
  sint,
  states,
  stream,
  struct,
  type UInt,
  uint,
  union,
  when,
  wire,
} from '#edsl'

/** Counts cycles in which `enable` is high, modulo 2**width. */
export const counter = <const Width extends number>(width: Width) =>
  module(`counter_w${width}`, { enable: input(bit), count: output(uint(width)) }, ({ enable, count }) => {
    const value = reg(uint(width), 0)
    when(enable, () => value.next(value.addWrap(1)))
    count.drive(value)
  })

export const operation = oneOf('read', 'write', 'fence')
export const command = struct({ op: operation, address: uint(12), data: uint(40) })
const request = union({ load: uint(12), store: command, idle: none })

/** Ports of every shape: what goes in comes out, and again a cycle later. */
export const shapes = module(
  'shapes',
  {
    small: input(uint(7)),
    large: input(uint(100)),
    signed: input(sint(9)),
    wideSigned: input(sint(70)),
    op: input(operation),
    command: input(command),
    request: input(request),
    list: input(array(uint(5), 3)),
    bus: { write: input(bit), lanes: [input(uint(4)), input(uint(4))], answer: output(uint(4)) },
    sum: output(sint(9)),
    wide: output(uint(100)),
    wideNegative: output(sint(70)),
    opOut: output(operation),
    commandOut: output(command),
    requestOut: output(request),
    listOut: output(array(uint(5), 3)),
    before: output(command),
  },
  (ports) => {
    const before = reg(command)
    before.next(ports.command)
    ports.before.drive(before)
    ports.sum.drive(ports.signed.addWrap(1))
    ports.wide.drive(ports.large.addWrap(1))
    ports.wideNegative.drive(ports.wideSigned)
    ports.opOut.drive(ports.op)
    ports.commandOut.drive(ports.command)
    ports.requestOut.drive(ports.request)
    ports.listOut.drive(ports.list)
    const [left, right] = ports.bus.lanes as readonly [UInt<4>, UInt<4>]
    ports.bus.answer.drive(left.addWrap(right))
    const small = reg(uint(7), 3)
    when(ports.bus.write, () => small.next(ports.small))
    assert(small.lt(127), 'small never is 127')
  },
)

/** A store with a state machine below the top; a cover, an assertion, an assumption and a probe. */
const keeper = module(
  'keeper',
  { start: input(bit), address: input(uint(4)), data: input(uint(20)), done: output(bit), seen: output(uint(20)) },
  ({ start, address, data, done, seen }) => {
    const store = memory(uint(20), 16, { read: 'now' })
    const state = states('idle', 'write', 'done')
    const held = reg(struct({ address: uint(4), data: uint(20) }))
    state.match({
      idle: () =>
        when(start, () => {
          held.address.next(address)
          held.data.next(data)
          state.go('write')
        }),
      write: () => {
        store.write(held.address, held.data)
        state.go('done')
      },
      done: () => state.go('idle'),
    })
    done.drive(state.is('done'))
    seen.drive(store.read(address))
    probe('written', state.is('write'), struct({ address: uint(4), data: uint(20) }), held)
    cover(state.is('done'), 'something was stored')
    cover(start.and(state.is('done')), 'asked again at once')
    assert(held.data.ne(0xbad).or(state.is('idle')), 'nobody stores 0xbad')
  },
)

export const archive = module(
  'archive',
  { start: input(bit), address: input(uint(4)), data: input(uint(20)), done: output(bit), seen: output(uint(20)) },
  ({ start, address, data, done, seen }) => {
    const left = instance(keeper)
    left.start.drive(start)
    left.address.drive(address)
    left.data.drive(data)
    done.drive(left.done)
    seen.drive(left.seen)
    assume(data.ne(0xfffff), 'data is never all ones')
  },
)

const pixel = domain('pixel')

/** A counter in each of two domains, and one that counts what it sees of the other through a wire of its own clock. */
export const clocks = module(
  'clocks',
  { fast: output(uint(16)), slow: output(uint(16), { domain: pixel }) },
  ({ fast, slow }) => {
    const ticks = reg(uint(16), 0)
    ticks.next(ticks.addWrap(1))
    fast.drive(ticks)
    const beats = inDomain(pixel, () => reg(uint(16), 100))
    beats.next(beats.addWrap(1))
    slow.drive(beats)
  },
)

const early = domain('early', { reset: 'asynchronous' })
const always = domain('always', { reset: 'none' })

/** Counters in a domain whose reset counts at once, and in one that has none. */
export const resets = module(
  'resets',
  { early: output(uint(8), { domain: early }), always: output(uint(8), { domain: always }) },
  (ports) => {
    const first = inDomain(early, () => reg(uint(8), 5))
    first.next(first.addWrap(1))
    ports.early.drive(first)
    const second = inDomain(always, () => reg(uint(8), 7))
    second.next(second.addWrap(1))
    ports.always.drive(second)
  },
)

const twice = external('twice', { value: input(uint(8)), result: output(uint(9)) }, { files: ['verilog/twice.v'] })

/** Foreign Verilog below the top. */
export const foreign = module('foreign', { value: input(uint(8)), result: output(uint(9)) }, ({ value, result }) => {
  const unit = instance(twice)
  unit.value.drive(value)
  result.drive(unit.result)
})

const blinking = (): Bit => {
  const light = reg(bit, 0)
  light.next(light.not())
  return light
}

/** Hands payloads on one cycle later; loses every one that is 13 when `faulty`. */
export const slice = (fault: 'none' | 'loses' | 'stuck' | 'takes back') =>
  module(
    `slice_${fault.replace(' ', '_')}`,
    { from: input(stream(uint(8))), to: output(stream(uint(8))) },
    ({ from, to }) => {
      const full = reg(bit, 0)
      const word = reg(uint(8))
      const ready = wire(bit)
      ready.drive(full.not().or(to.ready))
      from.ready.drive(fault === 'stuck' ? ready.and(word.ne(3)) : ready)
      to.valid.drive(fault === 'takes back' ? full.and(word.ne(5).or(blinking())) : full)
      to.payload.drive(word)
      when(to.ready.and(full), () => full.next(0))
      when(from.fire, () => {
        word.next(from.payload)
        full.next(fault === 'loses' ? from.payload.ne(13) : 1)
      })
    },
  )
