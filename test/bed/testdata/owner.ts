/** Owns a bed of one cluster, one component of it frozen, says where it is, and waits to be killed. */
import { Bed } from '../bed.ts';

const [directory] = process.argv.slice(2);
const bed = await Bed.start({ spokes: 0, ...(directory === undefined ? {} : { directory }) });
await bed.hub.freeze('kube-controller-manager');
process.send?.(bed.directory);
