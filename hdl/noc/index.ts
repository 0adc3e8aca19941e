// The network
export { configWritersOf, network } from './network.ts'
export type { NetworkOptions } from './network.ts'
export { flit } from './flit.ts'

// Interfaces, from the module inwards
export { networkInterface } from './interface/network-interface.ts'
export type { InterfaceOptions } from './interface/network-interface.ts'
export { interfaceCounters } from './interface/interface-counters.ts'
export { rateLimit } from './interface/rate-limiter.ts'

// Links
export { link, linkDepth } from './link/link.ts'
export { moduleCrossing } from './link/module-crossing.ts'

// Registers of routers
export { routerRegisterModule } from './registers/router-registers.ts'
export type { ConfigWriters } from './registers/register-window.ts'

// The router with virtual channels
export { hasWeights, inputsOf, router } from './router/router.ts'
export { routerBound } from './router/bound.ts'
export { ageBits, channel, channelOf, flitsUnderWay, vcBits } from './channel.ts'
