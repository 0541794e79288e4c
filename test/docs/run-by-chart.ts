import { useAccountsByChart } from '../fleet/accounts-by-chart.ts';

/** What Helm uninstalls has lost its rights by the time it lets go of its Leases. */
await useAccountsByChart(/^update .*\/leases\//);
