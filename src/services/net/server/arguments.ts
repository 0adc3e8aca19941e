/** What a session may use, as the boot file says. Source: services section 6.5. */
import { CallError, codes } from '#kernel'

export interface NetRights {
  /** Sockets at once. */
  readonly sockets: number
  /** Bytes of all buffers of its sockets. */
  readonly bytes: number
  /** Whether it may listen at a port, and receive datagrams there. */
  readonly mayListen: (port: number) => boolean
  readonly mayBind: (port: number) => boolean
}

interface PortRange {
  readonly first: number
  readonly last: number
}

/**
 * `bufs=64K socks=4 raw=yes tcp=80,8000-8010 udp=53`; without tcp and udp no port can be chosen, only had.
 *
 * Throws: CallError InvArgs.
 */
export const parseNetArguments = (argument: string): NetRights => {
  let [sockets, bytes] = [4, 64 * 1024]
  const ports: Record<'tcp' | 'udp', readonly PortRange[]> = { tcp: [], udp: [] }
  for (const word of argument.split(' ').filter((each) => each !== '')) {
    const [name, value = ''] = word.split('=')
    if (name === 'socks' && /^\d{1,2}$/.test(value)) sockets = Number(value)
    else if (name === 'bufs' && /^\d{1,6}[kK]?$/.test(value))
      bytes = parseInt(value, 10) * (value.toLowerCase().endsWith('k') ? 1024 : 1)
    else if (name === 'raw' && value === 'no') continue
    else if (name === 'tcp' || name === 'udp') ports[name] = value.split(',').map(rangeOf)
    else throw new CallError(codes.InvArgs, `'${word}'`)
  }
  const within = (ranges: readonly PortRange[]) => (port: number) =>
    ranges.some(({ first, last }) => port >= first && port <= last)
  return { sockets, bytes, mayListen: within(ports.tcp), mayBind: within(ports.udp) }
}

const rangeOf = (text: string): PortRange => {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text)
  const first = Number(match?.[1])
  const last = Number(match?.[2] ?? first)
  if (!(first >= 1 && first <= last && last < 2 ** 16)) throw new CallError(codes.InvArgs, `ports '${text}'`)
  return { first, last }
}
