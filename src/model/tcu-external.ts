/** External commands: INV_EP and the unknown ones. TCU section 6.3. */
import { endpointTypes, errorCodes, externalCommand, externalOpcodes, invalidateArgument } from '#layout'
import { numberReader, wideReader } from './bits.ts'
import { creditsOf, epType, epWord, invalidate, maxCreditsOf, unreadOf } from './endpoints.ts'
import type { TcuState } from './tcu-state.ts'

const opOf = numberReader(externalCommand, 'op')
const argOf = wideReader(externalCommand, 'arg')
const epOf = numberReader(invalidateArgument, 'ep')
const forceOf = numberReader(invalidateArgument, 'force')
const argAt = BigInt(externalCommand.lsb.arg)
const errorAt = BigInt(externalCommand.lsb.error)

/** Carries the running external command out in one atomic step (DEV-16); the result is the new EXT_CMD. */
export const externalDone = (tcu: TcuState): bigint => {
  const value = tcu.external as bigint
  tcu.external = undefined
  tcu.externalCommand =
    opOf(value) === externalOpcodes.invalidateEndpoint
      ? invalidateEndpoint(tcu, argOf(value))
      : BigInt(errorCodes.UNKNOWN_CMD) << errorAt
  return tcu.externalCommand
}

const invalidateEndpoint = (tcu: TcuState, argument: bigint): bigint => {
  const ep = epOf(argument)
  if (ep >= tcu.choice.endpoints) return 0n
  const type = epType(tcu, ep)
  const force = forceOf(argument) === 1
  const word0 = epWord(tcu, ep, 0)
  if (!force && type === endpointTypes.send && creditsOf(word0) !== maxCreditsOf(word0))
    return BigInt(errorCodes.NO_CREDITS) << errorAt
  invalidate(tcu, ep)
  return !force && type === endpointTypes.receive ? BigInt(unreadOf(epWord(tcu, ep, 2))) << argAt : 0n
}
