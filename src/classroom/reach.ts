// Under which addresses a class may reach this machine.
import type { NetworkInterfaceInfo } from 'node:os';

export interface Reachable {
  readonly address: string;
  /** As the system names the network card. */
  readonly at: string;
}

/** As `os.networkInterfaces()` gives them; the likeliest first. What only this machine or one cable reaches is left out. */
export function reachable(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): readonly Reachable[] {
  return Object.entries(interfaces)
    .flatMap(([at, all]) => (all ?? []).filter(isOutside).map(({ address }) => ({ at, address })))
    .map((one, index) => ({ one, index, place: placeOf(one) }))
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .map(({ one }) => one);
}

const isOutside = ({ internal, address }: NetworkInterfaceInfo): boolean =>
  !internal && !/^169\.254\.|^fe[89ab]/i.test(address);

/** Private networks of rooms first (RFC 1918, section 3), then other addresses; last what belongs to machines inside this one. */
function placeOf({ at, address }: Reachable): number {
  const inside = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|vEthernet|utun|tun|tap|wg|tailscale|zt|lo)/i.test(at);
  const family = address.includes(':')
    ? 4
    : /^192\.168\./.test(address)
      ? 0
      : /^10\./.test(address)
        ? 1
        : /^172\.(?:1[6-9]|2\d|3[01])\./.test(address)
          ? 2
          : 3;
  return (inside ? 10 : 0) + family;
}
