import type * as Grpc from '@grpc/grpc-js';
import { forbiddenReason, isForbiddenAddress } from '../triggers/http/guarded-lookup.ts';

/** The scheme of targets whose addresses are looked at before they are asked. */
const scheme = 'guarded';

/** The option of a channel that says whether it may lead to this machine. */
export const loopbackOption = 'wheelwright.allows_loopback';

const unavailable = 14;

/**
 * Has gRPC resolve names as it always does, but leave out addresses that triggers must not ask. It does so whenever a
 * name is resolved again: whoever owns the name may change where it leads.
 */
export function registerGuardedResolver({ experimental }: typeof Grpc): void {
  const { createResolver, registerResolver, statusOrFromError } = experimental;
  const guard = (
    listener: Grpc.experimental.ResolverListener,
    allowsLoopback: boolean,
  ): Grpc.experimental.ResolverListener => {
    const isAllowed = (address: Grpc.experimental.SubchannelAddress): boolean =>
      'host' in address && !isForbiddenAddress(address.host, { allowsLoopback });
    return (endpoints, ...rest) => {
      if (!endpoints.ok) return listener(endpoints, ...rest);
      const allowed = endpoints.value
        .map(({ addresses }) => ({ addresses: addresses.filter(isAllowed) }))
        .filter(({ addresses }) => addresses.length > 0);
      return allowed.length > 0
        ? listener({ ok: true, value: allowed }, ...rest)
        : listener(statusOrFromError({ code: unavailable, details: forbiddenReason }), ...rest);
    };
  };

  class GuardedResolver implements Grpc.experimental.Resolver {
    readonly #inner: Grpc.experimental.Resolver;

    constructor(
      { path }: Grpc.experimental.GrpcUri,
      listener: Grpc.experimental.ResolverListener,
      options: Grpc.ChannelOptions,
    ) {
      const allowsLoopback = options[loopbackOption] === 1;
      this.#inner = createResolver({ scheme: 'dns', path }, guard(listener, allowsLoopback), options);
    }

    updateResolution(): void {
      this.#inner.updateResolution();
    }

    destroy(): void {
      this.#inner.destroy();
    }

    static getDefaultAuthority({ path }: Grpc.experimental.GrpcUri): string {
      return path;
    }
  }
  registerResolver(scheme, GuardedResolver);
}

/**
 * The target of an address such as `scaler.shop:6000` or `dns:///scaler.shop:6000`; undefined for any other, for gRPC also
 * knows sockets of this machine, lists of addresses and servers of names to ask.
 */
export function targetOf(address: string): string | undefined {
  const match = /^(?:dns:(?:\/\/\/)?)?((?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?)$/.exec(address);
  return match === null ? undefined : `${scheme}:///${match[1]}`;
}
