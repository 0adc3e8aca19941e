/** Where a system meets its host. */
import {
  asynchronous,
  bit,
  connect,
  input,
  instance,
  output,
  type Port,
  type Sink,
  type Source,
  stream,
  uint,
  type UIntShape,
  type View,
} from '#edsl'
import { hostBridge, serialHostBridge } from '#hdl/bridge'
import { framed } from '#hdl/lib'
import { flitBits, type HostPort, type SystemDescription } from '#layout'

const flits = stream(uint(flitBits))
const flitPorts = {
  requestIn: input(flits),
  requestOut: output(flits),
  responseIn: input(flits),
  responseOut: output(flits),
}
const bytes = stream(framed(uint(8)))
const datagramPorts = { received: input(bytes), sent: output(bytes), restart: output(bit), up: output(bit) }
const serialPorts = {
  receive: input(bit, { domain: asynchronous }),
  transmit: output(bit),
  restart: output(bit),
  up: output(bit),
}

type Inside<P> = { readonly [Name in keyof P]: View<P[Name], 'inside'> }
type Flits = UIntShape<typeof flitBits>

/** Both sides of the network interface of a host port, classes 0 and 1. */
export interface HostStreams {
  readonly inject: readonly [Sink<Flits>, Sink<Flits>]
  readonly deliver: readonly [Source<Flits>, Source<Flits>]
}

/**
 * The ports of a host port. `flits`: the streams from (`In`) and to (`Out`) the host, one per message class. `datagrams`:
 * the bytes of frames, the last one marked. `uart`: the pins. With a bridge also `up` and `restart`, 1 for a cycle when
 * the host restarts the chip. Source: NoC section 8.
 */
export const hostPortsOf = ({ link = 'flits' }: HostPort): Record<string, Port> =>
  ({ flits: flitPorts, datagrams: datagramPorts, uart: serialPorts })[link]

/** Joins a host port of a system, whose ports are `own`, with the network. */
export const joinHost = (system: SystemDescription, host: HostPort, own: object, streams: HostStreams): void => {
  const { link = 'flits', bridge: { baud = 115_200, format: frames = 'framed', ...choice } = {} } = host
  const { inject, deliver } = streams
  if (link === 'flits') {
    const ports = own as Inside<typeof flitPorts>
    connect(inject[0], ports.requestIn)
    connect(inject[1], ports.responseIn)
    connect(ports.requestOut, deliver[0])
    connect(ports.responseOut, deliver[1])
    return
  }
  const options = { clockHz: system.clockHz, modules: system.modules.length, ...choice }
  const name = `bridge_${host.name}`
  const joined = (bridge: {
    readonly requestIn: Sink<Flits>
    readonly responseIn: Sink<Flits>
    readonly requestOut: Source<Flits>
    readonly responseOut: Source<Flits>
  }): void => {
    connect(bridge.requestIn, deliver[0])
    connect(bridge.responseIn, deliver[1])
    connect(inject[0], bridge.requestOut)
    connect(inject[1], bridge.responseOut)
  }
  if (link === 'datagrams') {
    const ports = own as Inside<typeof datagramPorts>
    const format = frames === 'raw' ? 'rawDatagrams' : frames
    const bridge = instance(hostBridge({ ...options, format }), name)
    bridge.own.drive({ chip: system.chip, mod: host.mod })
    joined(bridge)
    connect(bridge.received, ports.received)
    connect(ports.sent, bridge.sent)
    ports.restart.drive(bridge.restart)
    ports.up.drive(bridge.up)
    return
  }
  const ports = own as Inside<typeof serialPorts>
  const format = frames === 'raw' ? 'rawBytes' : frames
  const bridge = instance(serialHostBridge({ ...options, baud, format }), name)
  bridge.own.drive({ chip: system.chip, mod: host.mod })
  joined(bridge)
  bridge.receive.drive(ports.receive)
  ports.transmit.drive(bridge.transmit)
  ports.restart.drive(bridge.restart)
  ports.up.drive(bridge.up)
}
