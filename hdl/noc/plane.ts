/** The routers and links of one message class. */
import { connect, input, instance, module, output, stream } from '#edsl'
import type { SystemDescription } from '#layout'
import { flit } from './flit.ts'
import type { NetworkPlan } from './plan.ts'
import { router } from './router.ts'
import { links, type Place, placeOf, type RouterPort } from './routing.ts'

/**
 * Carries the packets of one message class from module to module over a mesh of routers.
 *
 * Ports: `from` and `to` one stream per module, in the order of `system.modules`.
 * Timing: one cycle per router, one flit per cycle and link. Links are wires: `valid` and `ready` cross one of them at most.
 * Reset: empty.
 * Source: NoC sections 2.8 (R-CLASS-1), 10.2 to 10.4.
 */
export const plane = (system: SystemDescription, plan: NetworkPlan, depth: number) =>
  module(
    'plane',
    { from: system.modules.map(() => input(stream(flit))), to: system.modules.map(() => output(stream(flit))) },
    ({ from, to }) => {
      const routers = plan.routers.map((one) => {
        const { x, y } = one.place
        return { ...one, ports: instance(router(one, plan, depth), `router_x${x}_y${y}`) }
      })
      const at = ({ x, y }: Place) => routers.find(({ place }) => place.x === x && place.y === y)!
      const entrance = (place: Place, port: RouterPort) => at(place).ports.from[at(place).inputs.indexOf(port)]!
      const exit = (place: Place, port: RouterPort) => at(place).ports.to[at(place).outputs.indexOf(port)]!

      system.modules.forEach(({ mod }, index) => {
        const place = placeOf(mod)
        connect(entrance(place, `module${place.z}`), from[index]!)
        connect(to[index]!, exit(place, `module${place.z}`))
      })
      for (const { place, outputs } of routers)
        for (const port of outputs) {
          const link = links[port]
          if (link) connect(entrance({ x: place.x + link.dx, y: place.y + link.dy }, link.opposite), exit(place, port))
        }
    },
  )
