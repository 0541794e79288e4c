import { forgiveRefusals, useAccountsByChart } from '../fleet/accounts-by-chart.ts';

await useAccountsByChart();
// What Helm uninstalls has lost its rights by the time it lets go of its Leases.
forgiveRefusals(/^update .*\/leases\//);
