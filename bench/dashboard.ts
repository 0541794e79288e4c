import type { Browser, BrowserContext, Page } from 'playwright-core';
import { resources, systemClock } from '../src/kube/index.ts';
import { installation, notReady, ready } from '../src/cli/testing/objects.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { DashboardProcess } from '../test/browser/dashboard-process.ts';
import { Fleet, fleetNamespace } from '../test/fleet/index.ts';
import type { Benchmark } from './benchmark.ts';
import { buildBundle } from './bundle.ts';
import { inBatches } from './in-batches.ts';
import { machineNote } from './machine.ts';
import { processUsage } from './process-usage.ts';
import { medianOf } from './report.ts';
import { wholeNumber } from './whole-number.ts';

interface DashboardFlags {
  readonly clusters: number;
  readonly runs: number;
}

/** One look by a browser that has seen nothing before. */
interface Look {
  readonly firstPaintMs: number;
  readonly loadedMs: number;
  /** Page, style, script and icon, as they go over the wire. */
  readonly kilobytes: number;
}

const namespace = 'knative-serving';
/** Objects that are written at once. */
const batch = 20;
/** One in so many is not ready. */
const share = 10;
const trouble = notReady('DeploymentsAvailable', {
  reason: 'NotReady',
  message: 'Waiting on deployments: activator, webhook. WW3004',
});

export const dashboard: Benchmark<DashboardFlags> = {
  name: 'dashboard',
  about: 'the page of a large fleet in a real browser: first paint, how long a change takes to it, memory',
  flags: (command) =>
    command
      .option('--clusters <count>', 'clusters that the hub knows', wholeNumber(20, 5_000), 1_000)
      .option('--runs <count>', 'how many looks, and changes', wholeNumber(1, 1_000), 20),
  run: async ({ clusters, runs }, tell) => {
    await using cleanUp = new AsyncDisposableStack();
    const bundle = cleanUp.use(await buildBundle());
    const fleet = cleanUp.use(await Fleet.start({ spokes: 0 }));
    tell(`dashboard: writing ${clusters} clusters`);
    await populate(fleet, clusters);
    const browser = await launchChromium();
    cleanUp.defer(() => browser.close());
    const dashboard = new DashboardProcess({
      program: bundle.program,
      kubeconfig: fleet.bed.hub.kubeconfig,
    });
    cleanUp.defer(async () => void (await dashboard.interrupt()));
    const since = systemClock.monotonic();
    const address = await dashboard.address();
    const readyMs = systemClock.monotonic() - since;
    tell(`dashboard: ${runs} looks`);
    const looks: Look[] = [];
    for (let run = 0; run < runs; run++) looks.push(await lookOnce(browser, address));
    const context = await visit(browser, address);
    const [page] = context.pages();
    if (page === undefined) throw new Error('the browser has no page');
    const heapBefore = await heapMb(page);
    tell(`dashboard: ${runs} changes`);
    const changes: number[] = [];
    for (let run = 0; run < runs; run++)
      changes.push(await changeMs(fleet, page, { clusters, isReady: run % 2 === 0 }));
    const heapAfter = await heapMb(page);
    const { residentMb, peakResidentMb } = await processUsage(dashboard.pid);
    const firstPaints = looks.map(({ firstPaintMs }) => firstPaintMs);
    return {
      measures: [
        { what: 'started to an address to open', unit: 'ms', values: [readyMs] },
        { what: 'opened to first paint', unit: 'ms', values: firstPaints, goal: 300 },
        { what: 'opened to loaded', unit: 'ms', values: looks.map(({ loadedMs }) => loadedMs) },
        {
          what: 'over the wire, in kB',
          unit: '',
          values: looks.map(({ kilobytes }) => kilobytes),
          goal: 150,
        },
        { what: 'written on the hub to seen on the page', unit: 'ms', values: changes, goal: 2_000 },
        { what: 'heap of the page', unit: 'MB', values: [heapBefore], goal: 30 },
        { what: `heap of the page after ${runs} changes`, unit: 'MB', values: [heapAfter], goal: 30 },
        { what: 'resident memory of the command', unit: 'MB', values: [residentMb] },
        { what: 'the most of it so far', unit: 'MB', values: [peakResidentMb] },
      ],
      figures: {
        firstPaintMilliseconds: medianOf(firstPaints),
        changeMilliseconds: medianOf(changes),
        heapMb: medianOf([heapAfter]),
        residentMb: medianOf([residentMb]),
      },
      notes: [
        `${clusters} ClusterProfiles and as many KnativeServings, a tenth of them not ready, on the hub; 100 rows a page`,
        'browser, command and hub share the processors; each look is by a browser without a cache',
        machineNote(),
      ],
    };
  },
};

async function populate(fleet: Fleet, clusters: number): Promise<void> {
  await fleet.namespace(namespace);
  const names = Array.from({ length: clusters }, (_, index) => nameOf(index));
  await inBatches(names, batch, async (name, index) => {
    await fleet.putProfile({ name, server: 'https://api.example.com', certificateAuthority: 'x' });
    await fleet.createServing({ name, namespace, profile: name });
    await tellReady(fleet, name, index % share !== 0);
  });
}

/** As the operator does. */
async function tellReady(fleet: Fleet, name: string, isReady: boolean): Promise<void> {
  const { status } = installation(`${namespace}/${name}`, {
    on: `${fleetNamespace}/${name}`,
    version: '1.22.1',
    conditions: isReady ? ready : trouble,
  });
  const how = { subresource: 'status' } as const;
  await fleet.hub.patch(resources.knativeServings, { namespace, name }, 'merge', { status }, how);
}

/** A page of its own, with the cookie and live. */
async function visit(browser: Browser, address: URL): Promise<BrowserContext> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address.href);
  await page.waitForURL(`${address.origin}/`);
  await page.getByText('Live', { exact: true }).waitFor();
  return context;
}

async function lookOnce(browser: Browser, address: URL): Promise<Look> {
  const context = await visit(browser, address);
  try {
    const page = await context.newPage();
    await page.goto(`${address.origin}/`);
    await page.locator('tbody tr').first().waitFor();
    return (await page.evaluate(`(() => {
      const [whole] = performance.getEntriesByType('navigation');
      const parts = performance.getEntriesByType('resource').filter(({ name }) => !name.includes('/news'));
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      const bytes = [whole, ...parts].reduce((sum, { transferSize }) => sum + transferSize, 0);
      return { firstPaintMs: paint.startTime, loadedMs: whole.loadEventEnd, kilobytes: bytes / 1000 };
    })()`)) as Look;
  } finally {
    await context.close();
  }
}

/** The first cluster becomes ready, or not ready again, until the page counts it so. */
async function changeMs(
  fleet: Fleet,
  page: Page,
  { clusters, isReady }: { readonly clusters: number; readonly isReady: boolean },
): Promise<number> {
  const troubled = Math.ceil(clusters / share) - (isReady ? 1 : 0);
  const since = systemClock.monotonic();
  await tellReady(fleet, nameOf(0), isReady);
  await page.getByText(`${clusters}: ${troubled} Degraded, ${clusters - troubled} Ready`).waitFor();
  return systemClock.monotonic() - since;
}

function nameOf(index: number): string {
  return `cluster-${index + 1}`;
}

/** What scripts of the page hold, after a collection. */
async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}
