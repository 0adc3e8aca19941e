/** What messages say, in words. */
import { serviceRequests, sideCalls, systemCalls } from '#kernel'
import { fileOperations, managerOperations, metaOperations } from '#services'
import type { MessageStep, SequenceStep } from './sequence-steps.ts'

type Numbered = Readonly<Record<string, number>>
type Coded = Readonly<Record<string, { readonly code: number }>>

const byNumber = (operations: Numbered): ReadonlyMap<number, string> =>
  new Map(Object.entries(operations).map(([name, number]) => [number, name]))
const byCode = (calls: Coded): ReadonlyMap<number, string> =>
  new Map(Object.entries(calls).map(([name, { code }]) => [code, name]))

/** System calls as the specification writes them: `deriveMem` is `derive_mem`. */
const inSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const names = {
  call: new Map([...byCode(systemCalls)].map(([code, name]) => [code, inSnakeCase(name)])),
  side: byCode(sideCalls),
  service: byCode(serviceRequests),
  file: byNumber({ ...fileOperations, ...metaOperations }),
  manager: byNumber(managerOperations),
} as const

/** Endpoint of the kernel for system calls, and of every multiplexer for side calls. Kernel sections 3.1 and 3.2. */
const systemCallEp = 4
const sideCallEp = 6

/** A namer for the steps of one picture; `titleOf` tells tile and program. */
export const kernelNames = (
  steps: readonly SequenceStep[],
  titleOf: (tile: string) => string,
): ((step: SequenceStep) => string) => {
  // Who gets messages on endpoint 4 and is no multiplexer, whose endpoint 4 sends.
  const kernels = new Set(
    steps.flatMap((step) => (step.kind === 'message' && step.ep === systemCallEp ? [step.to] : [])),
  )
  return (step) => {
    if (step.kind !== 'message') return step.kind === 'register' ? step.what : step.kind
    return step.isReply ? answerName(step) : requestName(step, kernels, titleOf)
  }
}

const answerName = ({ word }: MessageStep): string => (word === undefined || word === 0n ? 'done' : `error ${word}`)

const requestName = (
  { from, to, ep, word }: MessageStep,
  kernels: ReadonlySet<string>,
  titleOf: (tile: string) => string,
): string => {
  const code = Number(word ?? -1)
  const [kind, table] = kernels.has(to)
    ? (['system call', names.call] as const)
    : kernels.has(from)
      ? ep === sideCallEp
        ? (['side call', names.side] as const)
        : (['service request', names.service] as const)
      : titleOf(to).endsWith('root')
        ? (['request', names.manager] as const)
        : (['request', names.file] as const)
  return `${kind} ${table.get(code) ?? code}`
}
