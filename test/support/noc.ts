/** Networks under traffic: the same system as hardware in the WebAssembly engine and as the timed model. */
import { network, type NetworkOptions } from '#hdl/noc'
import { type Carrier, compileNetwork, hardwareCarrier, modelCarrier, trafficModules } from '#sim/traffic'
import { type Network, type NetworkDescription, planNetwork, type PlanOptions } from '#topology'

/** A network and what carries its traffic. */
export interface Carried {
  readonly network: Network
  readonly carrier: Carrier
}

/** The generated hardware. */
export const hardware = (system: NetworkDescription, options: NetworkOptions = {}): Carried => {
  const plan = planNetwork(system, options)
  const shape = { modules: trafficModules(plan).length, classes: plan.classes }
  return { network: plan, carrier: hardwareCarrier(compileNetwork(network(system, options), shape)) }
}

/** The timed model. */
export const timedModel = (system: NetworkDescription, options: PlanOptions = {}): Carried => {
  const plan = planNetwork(system, options)
  return { network: plan, carrier: modelCarrier(plan) }
}
