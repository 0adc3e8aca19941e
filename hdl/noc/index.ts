// The network
export { network } from './network.ts'
export type { NetworkOptions } from './network.ts'

// Its parts, from the module inwards
export { interfaceCounters, networkInterface } from './network-interface.ts'
export { lengthGuard } from './length-guard.ts'
export { admission } from './admission.ts'
export { missingAnswer } from './missing-answer.ts'
export { ejection } from './ejection.ts'
export { plane } from './plane.ts'
export { router } from './router.ts'

// Planning and routes
export { planNetwork } from './plan.ts'
export type { NetworkPlan, RouterPlan } from './plan.ts'
export { links, placeOf, route, way } from './routing.ts'
export type { Hop, ModulePlace, Place, RouterPort } from './routing.ts'

// The router with virtual channels
export { hasWeights, inputsOf, router as vcRouter } from './router/router.ts'
export { ageBits, channel, channelOf, flitsUnderWay, vcBits } from './channel.ts'
