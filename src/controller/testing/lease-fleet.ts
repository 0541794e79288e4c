import { ElectedBuckets, type ElectedBucketsOptions, knativeLeaseName } from '../leader-buckets.ts';
import { createLogger } from '../logger.ts';
import { Metrics } from '../metrics.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryApi } from './memory-api.ts';
import { calm, ReplicaWorld, type Weather } from './replica-world.ts';

export const leaseNamespace = 'knative-operator';
const log = createLogger({ level: 'silent' });

/** Replicas that compete for Leases of one server, in a simulated world. */
export interface LeaseFleet {
  readonly world: FakeClock;
  readonly api: MemoryApi;
  replica(identity: string, options?: ReplicaOptions): Replica;
}

export interface ReplicaOptions extends Partial<ElectedBucketsOptions> {
  readonly offsetMs?: number;
  readonly rate?: number;
  readonly nextWeather?: () => Weather;
}

export interface Replica {
  readonly identity: string;
  readonly machine: ReplicaWorld;
  readonly buckets: ElectedBuckets;
  readonly metrics: Metrics;
  readonly gained: number[];
  readonly lost: number[];
}

/** `total` buckets where a replica does not say otherwise. */
export function leaseFleet(total = 1): LeaseFleet {
  const world = new FakeClock();
  const api = new MemoryApi();
  return {
    world,
    api,
    replica(identity, { offsetMs = 0, rate = 1, nextWeather = () => calm, ...options } = {}) {
      const machine = new ReplicaWorld({ world, api, offsetMs, rate, nextWeather });
      const metrics = new Metrics();
      const gained: number[] = [];
      const lost: number[] = [];
      const buckets = new ElectedBuckets({
        client: machine.client,
        namespace: leaseNamespace,
        total,
        leaseName: knativeLeaseName('serving'),
        identity,
        clock: machine.clock,
        log,
        metrics,
        random: () => 0.5,
        onGained: (bucket) => gained.push(bucket),
        onLost: (bucket) => lost.push(bucket),
        quiesce: async () => undefined,
        ...options,
      });
      buckets.start();
      return { identity, machine, buckets, metrics, gained, lost };
    },
  };
}
