import { useAccountsByChart } from './accounts-by-chart.ts';

await useAccountsByChart();
