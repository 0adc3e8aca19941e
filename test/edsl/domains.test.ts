import { describe, expect, test } from 'vitest'
import {
  allow,
  asynchronous,
  bit,
  domain,
  elaborate,
  inDomain,
  input,
  instance,
  main,
  memory,
  module,
  output,
  provideDomain,
  reg,
  uint,
} from '#edsl'
import { codesOf, mistakesOf } from './support/mistakes-of.ts'

const pixel = domain('pixel')
const pins = domain('pins', { reset: 'none' })

/** A register of whatever `main` stands for. */
const flop = module('flop', { from: input(bit), to: output(bit) }, ({ from, to }) => {
  const held = reg(bit, 0)
  held.next(from)
  to.drive(held)
})

const pixelPorts = { from: input(bit, { domain: pixel }), to: output(bit, { domain: pixel }) }

describe('the domain of a register is', () => {
  test('main unless something else is said', () => {
    expect(elaborate(flop).top.signals.map((signal) => signal.domain)).toEqual([main])
  })

  test('that of the statements around it', () => {
    const subject = module('subject', pixelPorts, ({ from, to }) => {
      const held = inDomain(pixel, () => reg(bit, 0))
      held.next(from)
      to.drive(held)
    })

    const { top } = elaborate(subject)

    expect(top.signals.map((signal) => signal.domain)).toEqual([pixel])
    expect(top.domains).toEqual([pixel])
  })

  test('the one that it is given', () => {
    const subject = module('subject', pixelPorts, ({ from, to }) => {
      const held = reg(bit, 0, { domain: pixel })
      held.next(from)
      to.drive(held)
    })

    expect(elaborate(subject).top.signals.map((signal) => signal.domain)).toEqual([pixel])
  })

  test('the outer one again after an inner one', () => {
    const subject = module('subject', { from: input(bit), to: output(bit) }, ({ from, to }) => {
      inDomain(pixel, () => undefined)
      const held = reg(bit, 0)
      held.next(from)
      to.drive(held)
    })

    expect(elaborate(subject).top.domains).toEqual([main])
  })
})

test('a module without anything that a clock moves has the domain main', () => {
  const subject = module('subject', { from: input(bit), to: output(bit) }, ({ from, to }) => to.drive(from.not()))

  expect(elaborate(subject).top.domains).toEqual([main])
})

test('the two ports of a memory may belong to different domains', () => {
  const subject = module(
    'subject',
    {
      address: input(uint(4)),
      data: input(uint(8)),
      at: input(uint(4), { domain: pixel }),
      word: output(uint(8), { domain: pixel }),
    },
    ({ address, data, at, word }) => {
      const store = memory(uint(8), 16, { read: 'next' })
      store.write(address, data)
      allow('HDL-0504', 'words are read long after they were written')
      inDomain(pixel, () => word.drive(store.read(at)))
    },
  )

  const { top } = elaborate(subject)

  expect(top.domains).toEqual([main, pixel])
  expect(top.readPorts.map((port) => port.domain)).toEqual([pixel])
  expect(top.body.flatMap((statement) => (statement.kind === 'memoryWrite' ? [statement.domain] : []))).toEqual([main])
})

describe('an instance', () => {
  test('has the domain of the statement for its main', () => {
    const subject = module('subject', pixelPorts, ({ from, to }) => {
      const part = inDomain(pixel, () => instance(flop))
      part.from.drive(from)
      to.drive(part.to)
    })

    const { top } = elaborate(subject)

    expect(top.instances.map(({ domains }) => domains)).toEqual([{ main: pixel }])
    expect(top.domains).toEqual([pixel])
  })

  test('has the domain that it is given', () => {
    const subject = module('subject', pixelPorts, ({ from, to }) => {
      const part = instance(flop, { domains: { main: pixel } })
      part.from.drive(from)
      to.drive(part.to)
    })

    expect(elaborate(subject).top.domains).toEqual([pixel])
  })

  test('has the domain of the same name for every other of its own', () => {
    const inner = module('inner', pixelPorts, ({ from, to }) => {
      const held = reg(bit, 0, { domain: pixel })
      held.next(from)
      to.drive(held)
    })
    const subject = module('subject', pixelPorts, ({ from, to }) => {
      const part = instance(inner)
      part.from.drive(from)
      to.drive(part.to)
    })

    const { top } = elaborate(subject)

    expect(top.instances.map(({ domains }) => domains)).toEqual([{ pixel }])
    expect(top.domains).toEqual([pixel])
  })

  test('is refused when it names a domain that the module does not have', () => {
    const subject = module('subject', { from: input(bit), to: output(bit) }, ({ from, to }) => {
      const part = instance(flop, { domains: { pixels: pixel } })
      part.from.drive(from)
      to.drive(part.to)
    })

    expect(mistakesOf(subject).map(({ title }) => title)).toEqual(["module flop has no clock domain 'pixels'"])
  })

  test('that needs a reset is refused in a domain without one', () => {
    const subject = module(
      'subject',
      { from: input(bit, { domain: pins }), to: output(bit, { domain: pins }) },
      ({ from, to }) => {
        const part = inDomain(pins, () => instance(flop))
        part.from.drive(from)
        to.drive(part.to)
      },
    )

    expect(codesOf(subject)).toEqual(['HDL-0502'])
  })
})

describe('the clock of a domain may be made inside', () => {
  const clockPins = {
    crystal: input(bit, { domain: asynchronous }),
    button: input(bit, { domain: asynchronous }),
    from: input(bit, { domain: pixel }),
    to: output(bit, { domain: pixel }),
  }

  test('and then is no input of the module', () => {
    const subject = module('subject', clockPins, ({ crystal, button, from, to }) => {
      provideDomain(pixel, { clock: crystal, reset: button })
      const part = inDomain(pixel, () => instance(flop))
      part.from.drive(from)
      to.drive(part.to)
    })

    const { top } = elaborate(subject)

    expect(top.domains).toEqual([])
    expect(top.provided.map((one) => [one.domain, one.clock.name, one.reset?.name])).toEqual([
      [pixel, 'crystal', 'button'],
    ])
  })

  test('but not without the reset that the domain has', () => {
    const subject = module('subject', clockPins, ({ crystal, button, from, to }) => {
      provideDomain(pixel, { clock: crystal })
      const held = reg(bit, 0, { domain: pixel, crossing: 'a pin' })
      held.next(from.and(button))
      to.drive(held)
    })

    expect(codesOf(subject)).toContain('HDL-0502')
  })
})

describe('the name of a domain', () => {
  test('is not that of another with another reset', () => {
    const subject = module('subject', pixelPorts, ({ from, to }) => {
      const held = reg(bit, 0, { domain: domain('pixel', { reset: 'none' }) })
      held.next(from)
      to.drive(held)
    })

    expect(codesOf(subject)).toEqual(['HDL-0502'])
  })

  test('is not main, and is a name', () => {
    expect(() => domain('main')).toThrow('a clock domain cannot have the name')
    expect(() => domain('2nd')).toThrow('a clock domain cannot have the name')
  })

  test('keeps that of its clock from everything else', () => {
    const before = module('before', { ...pixelPorts, pixelClk: input(bit) }, ({ from, to, pixelClk }) => {
      const held = reg(bit, 0, { domain: pixel, crossing: 'quiet' })
      held.next(from.and(pixelClk))
      to.drive(held)
    })
    const after = module('after', pixelPorts, ({ from, to }) => {
      const held = reg(bit, 0, { domain: pixel })
      held.next(from)
      to.drive(held.named('pixelClk'))
    })

    expect(codesOf(before)).toEqual(['HDL-0304'])
    expect(elaborate(after).top.signals.map(({ name }) => name)).toEqual(['held', 'pixel_clk_2'])
  })
})
