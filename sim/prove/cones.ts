/** One and-inverter graph with several properties, taken apart: for each property what it depends on. */

/** An AIGER file in memory: literals are twice the variable, plus 1 when inverted. */
interface Whole {
  readonly inputs: number
  /** Literal of the next value, by latch. */
  readonly latches: readonly number[]
  readonly properties: readonly number[]
  readonly constraints: readonly number[]
  /** Operands of each gate. */
  readonly gates: readonly (readonly [number, number])[]
}

/** The graph of one property: a file, and whether there is anything to decide. */
export interface Cone {
  readonly file: Uint8Array
  readonly open: boolean
}

/**
 * For each property of an AIGER file, in its order, a file with that property alone and all constraints. All inputs stay, so
 * their numbers do; latches and gates that neither the property nor a constraint depends on are gone.
 *
 * Rejects: Error for a file with outputs, fairness, or latches that do not begin with 0.
 */
export const conesOf = (file: Uint8Array): readonly Cone[] => {
  const whole = readWhole(file)
  return whole.properties.map((property) => ({ file: coneOf(whole, property), open: property !== 0 }))
}

/**
 * The graph of several properties at once, by their places in the file: it is violated when one of them is. Each helps to show
 * the others, because a run up to which all hold is known to be more than one up to which a single one does.
 */
export const jointConeOf = (file: Uint8Array, places: readonly number[]): Cone => {
  const whole = readWhole(file)
  const gates = [...whole.gates]
  const firstFree = whole.inputs + whole.latches.length + 1
  const none = places
    .map((place) => (whole.properties[place] as number) ^ 1)
    .reduce((all, one) => {
      gates.push([Math.max(all, one), Math.min(all, one)])
      return 2 * (firstFree + gates.length - 1)
    })
  return { file: coneOf({ ...whole, gates }, none ^ 1), open: places.some((place) => whole.properties[place] !== 0) }
}

const readWhole = (file: Uint8Array): Whole => {
  let at = 0
  const line = (): readonly number[] => {
    const end = file.indexOf(10, at)
    const text = Buffer.from(file.subarray(at, end)).toString('latin1')
    at = end + 1
    return text.split(' ').map(Number)
  }
  const [, , inputs = 0, latchCount = 0, outputs = 0, gateCount = 0, bad = 0, constraintCount = 0, ...rest] = line()
  if (outputs > 0 || rest.some((count) => count > 0)) throw new Error('a graph has outputs or fairness')
  const some = (count: number): number[] => Array.from({ length: count }, () => line()[0] as number)
  const latches = Array.from({ length: latchCount }, () => {
    const [next, first = 0] = line()
    if (first !== 0) throw new Error('a latch of a graph does not begin with 0')
    return next as number
  })
  const properties = some(bad)
  const constraints = some(constraintCount)
  const difference = (): number => {
    for (let value = 0, shift = 1; ; shift *= 128) {
      const byte = file[at++] as number
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
  const gates = Array.from({ length: gateCount }, (_, gate): readonly [number, number] => {
    const first = 2 * (inputs + latchCount + gate + 1) - difference()
    return [first, first - difference()]
  })
  return { inputs, latches, properties, constraints, gates }
}

const coneOf = ({ inputs, latches, gates, constraints }: Whole, property: number): Uint8Array => {
  const firstGate = inputs + latches.length + 1
  const needed = new Uint8Array(firstGate + gates.length)
  const open = [property, ...constraints].map((literal) => literal >> 1)
  for (let variable = open.pop(); variable !== undefined; variable = open.pop()) {
    if (needed[variable] === 1) continue
    needed[variable] = 1
    if (variable >= firstGate) open.push(...(gates[variable - firstGate] as [number, number]).map((one) => one >> 1))
    else if (variable > inputs) open.push((latches[variable - inputs - 1] as number) >> 1)
  }
  // Kept variables stay in their order, so operands stay below their gates.
  const numbers = new Uint32Array(needed.length)
  let count = 0
  for (let variable = 1; variable < needed.length; variable++)
    if (variable <= inputs || needed[variable] === 1) numbers[variable] = ++count
  const renamed = (literal: number): number => 2 * (numbers[literal >> 1] as number) + (literal & 1)

  const keptLatches = latches.flatMap((next, latch) => (needed[inputs + 1 + latch] === 1 ? [renamed(next)] : []))
  const body: number[] = []
  const put = (value: number): void => {
    let left = value
    for (; left >= 128; left = Math.floor(left / 128)) body.push((left % 128) + 128)
    body.push(left)
  }
  gates.forEach(([first, second], gate) => {
    if (needed[firstGate + gate] !== 1) return
    const own = 2 * (numbers[firstGate + gate] as number)
    put(own - renamed(first))
    put(renamed(first) - renamed(second))
  })
  const gateCount = count - inputs - keptLatches.length
  const head = [
    `aig ${count} ${inputs} ${keptLatches.length} 0 ${gateCount} 1 ${constraints.length}`,
    ...[...keptLatches, renamed(property), ...constraints.map(renamed)].map(String),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\n')}\n`), Uint8Array.from(body)])
}
