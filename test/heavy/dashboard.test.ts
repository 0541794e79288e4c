import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driftPolicyAnnotation } from '../../src/knative/index.ts';
import { resources } from '../../src/kube/index.ts';
import { launchChromium } from '../browser/chromium.ts';
import { DashboardProcess } from '../browser/dashboard-process.ts';
import { view, type Viewer } from '../browser/viewer.ts';
import { eventually } from '../support/eventually.ts';
import { builtinProviders, Fleet, type Spoke } from '../fleet/index.ts';

const sources = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const serving = { namespace: 'troubled', name: 'knative' };

let fleet: Fleet;
let troubled: Spoke;
let other: Spoke;
let browser: Browser;
let dashboard: DashboardProcess;
let viewer: Viewer;

beforeAll(async () => {
  fleet = await Fleet.start({ spokes: 2 });
  [troubled, other] = [fleet.spoke(0), fleet.spoke(1)];
  await fleet.startOperator();
  await fleet.createServing({ ...serving, profile: troubled.profile });
  await fleet.createServing({ namespace: 'other', name: 'knative', profile: other.profile });
  browser = await launchChromium();
  dashboard = new DashboardProcess({
    program: process.env['WHEELWRIGHT_PROGRAM'] ?? sources,
    kubeconfig: fleet.bed.hub.kubeconfig,
    args: ['--provider-file', await fleet.writeProviders(builtinProviders)],
  });
  viewer = await view(browser);
  await viewer.page.goto((await dashboard.address()).href);
});

afterAll(async () => {
  await viewer?.close();
  await browser?.close();
  await dashboard?.interrupt();
  await fleet?.[Symbol.asyncDispose]();
});

test('a page that is open follows real clusters by itself, from installation over an outage to drift', async () => {
  const { page, complaints } = viewer;
  const shown = async (spoke: Spoke, state: string): Promise<void> => {
    const name = `fleet-system/${spoke.profile}`;
    const rows = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    await rows.getByText(state, { exact: true }).waitFor({ timeout: 60_000 });
  };
  await shown(troubled, 'Ready');
  await shown(other, 'Ready');

  await troubled.cluster.kill('kube-apiserver');
  await shown(troubled, 'Unreachable');
  await shown(other, 'Ready');
  await troubled.cluster.start('kube-apiserver');
  await shown(troubled, 'Ready');

  await page
    .getByRole('link', { name: `fleet-system/${troubled.profile}` })
    .first()
    .click();
  await page
    .getByRole('table', { name: /seen from/ })
    .getByText('OK', { exact: true })
    .first()
    .waitFor({ timeout: 60_000 });
  expect(await page.getByText('Failed', { exact: true }).count()).toBe(0);
  await page.getByRole('link', { name: `serving/${serving.namespace}/${serving.name}` }).click();
  await page.getByRole('heading', { name: 'Events' }).waitFor();
  const objects = (words: RegExp, timeout = 120_000): Promise<void> =>
    page.getByText(words).first().waitFor({ timeout });
  await objects(/^\d{2,} objects: \d+ As applied(, \d+ Applied once)?$/);
  await troubled.client.delete(
    resources.deployments,
    { namespace: serving.namespace, name: 'activator' },
    { propagation: 'Background' },
  );
  const events = page.getByRole('table', { name: /What happened/ });
  await events
    .getByText(/activator/)
    .first()
    .waitFor({ timeout: 60_000 });

  // Drift that is only reported stays until somebody mends it.
  const { knativeServings: kind } = resources;
  const annotate = (policy: string | null): Promise<unknown> => {
    const annotations = { [driftPolicyAnnotation]: policy };
    return fleet.hub.patch(kind, serving, 'merge', { metadata: { annotations } });
  };
  await annotate('report');
  const config = { namespace: serving.namespace, name: 'config-features' };
  const labels = { 'app.kubernetes.io/version': null };
  // Until the operator has heard of the policy it mends.
  await eventually(
    async () => {
      await troubled.client.patch(resources.configMaps, config, 'merge', { metadata: { labels } });
      await objects(/^\d{2,} objects: 1 Changed, \d+ As applied/, 20_000);
    },
    'drift on the page',
    180_000,
  );
  await page.getByText(`${config.namespace}/${config.name}`, { exact: true }).waitFor();
  await annotate(null);
  await objects(/^\d{2,} objects: \d+ As applied(, \d+ Applied once)?$/);
  expect(complaints).toEqual([]);

  expect(await dashboard.interrupt()).toBe(130);
  await page.getByText(/^Not live/).waitFor();
});
