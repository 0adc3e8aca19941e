import { describe, expect, test } from 'vitest'
import {
  bit,
  connect,
  elaborate,
  flip,
  input,
  instance,
  module,
  output,
  type PortRecord,
  stream,
  struct,
  uint,
  wire,
} from '#edsl'
import { codesOf, mistakesOf } from './support/mistakes-of.ts'
import { run } from './support/run.ts'

/** Requests one way and answers the other. */
const bus = {
  request: output(stream(struct({ address: uint(4), write: bit }))),
  answer: input(stream(uint(8))),
  irq: [input(bit), input(bit)],
}

/** Answers every request at once with its address and a mark. */
const device = module('device', { bus: flip(bus) }, ({ bus: { request, answer, irq } }) => {
  connect(request.ready, answer.ready)
  answer.valid.drive(request.valid)
  answer.payload.drive(request.payload.address.extend(8).or(request.payload.write.extend(8).shiftLeft(7)))
  irq.forEach((line, index) => line.drive(request.payload.address.bit(index)))
})

describe('ports may nest', () => {
  test('and their names are the way to them', () => {
    const { top } = elaborate(device)

    expect(top.ports.map(({ name, role }) => `${role} ${name}`)).toEqual([
      'input bus_request_payload_address',
      'input bus_request_payload_write',
      'input bus_request_valid',
      'output bus_request_ready',
      'output bus_answer_payload',
      'output bus_answer_valid',
      'input bus_answer_ready',
      'output bus_irq_0',
      'output bus_irq_1',
    ])
    expect(top.ports[0]?.label).toBe('bus.request.payload.address')
    expect(top.ports[7]?.label).toBe('bus.irq[0]')
  })

  test('but two ways to the same name are refused', () => {
    const subject = module('subject', { a: { b: input(bit) }, a_b: input(bit), c: output(bit) }, ({ a, a_b, c }) =>
      c.drive(a.b.and(a_b)),
    )

    expect(mistakesOf(subject).map(({ title }) => title)).toEqual(['two ports have the name a_b: `a.b` and `a_b`'])
  })
})

test('flip twice is the same', () => {
  const directions = (ports: PortRecord) => elaborate(module('subject', ports, () => undefined)) as unknown as never
  void directions

  expect(flip(flip(bus))).toEqual(bus)
})

describe('connect', () => {
  test('joins nested sides, each field in its own direction', () => {
    const through = module('through', { up: flip(bus), down: bus }, ({ up, down }) => connect(down, up))
    const around = module('around', { up: flip(bus) }, ({ up }) => {
      const first = instance(through)
      const last = instance(device)
      connect(first.up, up)
      connect(last.bus, first.down)
    })

    const { outputs } = run(around, [
      { up_request_payload_address: 6, up_request_payload_write: 1, up_request_valid: 1, up_answer_ready: 1 },
      { up_request_payload_address: 5, up_request_payload_write: 0, up_request_valid: 0, up_answer_ready: 0 },
    ])

    expect(outputs).toEqual([
      { up_request_ready: 1, up_answer_payload: 0x86, up_answer_valid: 1, up_irq_0: 0, up_irq_1: 1 },
      { up_request_ready: 0, up_answer_payload: 5, up_answer_valid: 0, up_irq_0: 1, up_irq_1: 0 },
    ])
  })

  test('gives the first of two wires what the second has', () => {
    const subject = module('subject', { from: input(bit), to: output(bit) }, ({ from, to }) => {
      const first = wire(bit)
      const second = wire(bit)
      second.drive(from)
      connect(first, second)
      to.drive(first)
    })

    expect(run(subject, [{ from: 1 }, { from: 0 }]).outputs.map(({ to }) => to)).toEqual([1, 0])
  })

  test('tells which field is on one side only', () => {
    const wide: PortRecord = { data: output(bit), strobe: output(bit) }
    const narrow: PortRecord = { data: input(bit) }
    const subject = module('subject', { a: wide, b: narrow }, ({ a, b }) => connect(a, b))

    expect(mistakesOf(subject).find(({ code }) => code === 'HDL-0309')?.title).toBe(
      '`strobe` is missing on the second side',
    )
  })

  test('tells when neither side can be driven', () => {
    const both: PortRecord = { data: input(bit) }
    const subject = module('subject', { a: both, b: both }, ({ a, b }) => connect(a, b))

    expect(codesOf(subject)).toContain('HDL-0309')
  })
})
