import { expect, test } from 'vitest'
import { bit, elaborate, input, instance, module, type ModuleDefinition, output, reg, states, uint, when } from '#edsl'
import { DesignError, diagnosticsToJson } from '#report'

const mistakesOf = (definition: Pick<ModuleDefinition, 'name'>) => {
  try {
    elaborate(definition)
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics
    throw error
  }
  return []
}

// A width that only the elaboration knows: the editor would refuse the literal.
const nine: number = 9

test('all mistakes of a design come out in one run, in the order of the source', () => {
  const subject = module(
    'subject',
    { narrow: input(uint(4)), wide: input(uint(nine)), sum: output(uint(8)), level: output(bit), other: output(bit) },
    ({ narrow, wide, sum, level }) => {
      sum.drive(wide)
      when(narrow.any(), () => level.drive(1))
      const never = reg(uint(4), 0)
      level.drive(narrow.eq(never))
      level.drive(0)
    },
  )

  expect(mistakesOf(subject).map(({ code }) => code)).toEqual(['HDL-0201', 'HDL-0102', 'HDL-0202', 'HDL-0203'])
})

test('a width clash shows both widths and both ways out', () => {
  const creditBits: number = 8
  const subject = module('subject', { held: input(uint(creditBits)), total: output(uint(creditBits)) }, (ports) => {
    const credits = reg(uint(creditBits), 0)
    credits.next(ports.held.add(1))
    ports.total.drive(credits)
  })

  const [mistake] = mistakesOf(subject)

  expect(mistake?.code).toBe('HDL-0102')
  expect(mistake?.title).toBe('`credits` is 8 bits, the value is 9')
  expect(mistake?.at.origin.places[0]?.file).toMatch(/mistakes\.test\.ts$/)
  expect(mistake?.also.map(({ note }) => note)).toEqual(['8 bits here', '9 bits: made here'])
  expect(mistake?.help).toEqual(['to drop the upper bits: .truncate(8)', 'to keep them: a width of 9 bits'])
})

test('a mistake inside an instance names the way to it', () => {
  const inner = module('inner', { level: output(bit) }, () => undefined)
  const outer = module('outer', { level: output(bit) }, ({ level }) => {
    const part = instance(inner)
    level.drive(part.level)
  })

  expect(mistakesOf(outer)[0]?.path).toEqual(['outer', 'part'])
})

test('a loop through two instances is found, and a register in it breaks it', () => {
  const inverter = module('inverter', { from: input(bit), to: output(bit) }, ({ from, to }) => to.drive(from.not()))
  const ring = (kept: 'wire' | 'register') =>
    module(`ring_${kept}`, { tick: output(bit) }, ({ tick }) => {
      const first = instance(inverter)
      const second = instance(inverter)
      const held = reg(bit, 0)
      held.next(second.to)
      first.from.drive(kept === 'wire' ? second.to : held)
      second.from.drive(first.to)
      tick.drive(held)
    })

  expect(mistakesOf(ring('wire')).map(({ code }) => code)).toEqual(['HDL-0206'])
  expect(mistakesOf(ring('register'))).toEqual([])
})

test('a signal in a JavaScript condition that asks for its value is refused', () => {
  const subject = module('subject', { value: input(uint(8)), high: output(bit) }, ({ value, high }) => {
    high.drive(Number(value) > 3 ? 1 : 0)
  })

  expect(mistakesOf(subject).map(({ code }) => code)).toEqual(['HDL-0302'])
})

test('a register outside of a body is refused, with the place', () => {
  expect(() => reg(bit, 0)).toThrow(/HDL-0301/)
})

test('what a tool can mend by itself comes as an edit', () => {
  // a width that only the elaboration knows
  const bits: number = 8
  const subject = module('subject', { held: input(uint(bits)), total: output(uint(bits)) }, ({ held, total }) => {
    total.drive(held.add(1))
  })

  const [mistake] = mistakesOf(subject)

  const [fix] = diagnosticsToJson(mistake === undefined ? [] : [mistake])[0]?.fixes ?? []
  expect([fix?.title, fix?.text]).toEqual(['drop the upper bits', '.truncate(8)'])
})

test('a case that is misspelt is told with the one that was meant', () => {
  const subject = module('subject', { busy: output(bit) }, ({ busy }) => {
    const state = states('idle', 'access')
    state.go('acess' as 'access')
    busy.drive(state.is('access'))
  })

  const [mistake] = mistakesOf(subject)

  expect(mistake?.help).toEqual(["did you mean 'access'?"])
  expect(diagnosticsToJson(mistake === undefined ? [] : [mistake])[0]?.fixes.map(({ text }) => text)).toEqual([
    "'access'",
  ])
})

test('a mistake that ends a body comes out together with those before it, and all are counted', () => {
  const subject = module('subject', { value: input(uint(nine)), sum: output(uint(8)) }, ({ value, sum }) => {
    sum.drive(value)
    sum.drive(Number(value))
  })

  expect(mistakesOf(subject).map(({ code }) => code)).toEqual(['HDL-0102', 'HDL-0302'])
  expect(() => elaborate(subject)).toThrow(/\n2 errors in 1 design \(\d+ modules?, \d+\.\d s\)$/)
})
