import { errorCodes, errorName } from '#layout'
import { codes } from '#kernel'
import { MemoryGate } from '../library/memory-gate.ts'
import { openSendGate } from '../library/message-gates.ts'
import { resource } from '../library/resources.ts'
import type { Program } from '../runtime/program.ts'
import { memoryPattern } from './memory-pattern.ts'

/** Fills and checks memory that belongs to another tile, and tries again after it was taken away. */
export const memoryBorrower: Program = {
  name: 'memory-borrower',
  summary: 'fills and checks the page it was lent, and tries once more after it was revoked',
  main: async (context) => {
    const { selector, first } = resource(context, 'memory', 'page')
    const page = new MemoryGate(context, selector)
    const owner = await openSendGate(context, resource(context, 'send gate', 'owner').selector)
    const pattern = memoryPattern(Number(first))
    await page.write(0, pattern)
    const right = (await page.read(0, pattern.length)).every((byte, index) => byte === pattern[index])
    await context.print(`filled and checked ${pattern.length} bytes: ${right ? 'all right' : 'WRONG'}`)
    await owner.call(new Uint8Array())

    const { ep } = await page.endpoint()
    const buffer = context.allocate(16)
    const [read, write] = [await context.tcu.read(ep, 0, buffer, 8), await context.tcu.write(ep, 0, buffer, 8)]
    await context.print(`after the revocation: READ gives ${errorName(read)}, WRITE gives ${errorName(write)}`)
    const gone = read === errorCodes.NO_MEP && write === errorCodes.NO_MEP
    return right && gone ? codes.Success : codes.InvState
  },
}
