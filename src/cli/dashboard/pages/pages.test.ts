import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../api/index.ts';
import type { InspectedDelivery } from '../../../delivery/index.ts';
import { ForbiddenError } from '../../../kube/index.ts';
import type { Section } from '../../check/check-report.ts';
import { ruleLine } from '../../check/facts/rule.ts';
import { usageError } from '../../failure/cli-error.ts';
import { answered, lackedHere } from '../../hub/answer.ts';
import { readFleetFacts } from '../../status/fleet-facts.ts';
import { fleetStatus } from '../../status/fleet-status.ts';
import { fakeHub, type FakeHubOptions } from '../../testing/fake-hub.ts';
import { clusterProfile, installation, lease, notReady, now, ready } from '../../testing/objects.ts';
import { testHost } from '../../testing/test-host.ts';
import { readExtra } from '../extras.ts';
import { html, textOf } from '../parts/html.ts';
import { readPlace } from '../place.ts';
import { checkout, shownFleet } from '../testing/shown-fleet.ts';
import { pageOf } from './page-of.ts';
import type { Page, Visited } from './page.ts';

/** The page of an address on a hub in memory. */
async function pageAt(
  address: string,
  options: FakeHubOptions,
  stale?: string,
  visited?: Partial<Visited>,
): Promise<Page | undefined> {
  const { open, clock } = fakeHub(options);
  const hub = await open({}, testHost(), { clock });
  const asking = { clock, signal: new AbortController().signal };
  const facts = await readFleetFacts(hub, asking);
  const fleet = fleetStatus(facts, now);
  const place = readPlace(address);
  if (place === undefined || place.view === 'simulation') throw new Error(`no place of a page: ${address}`);
  const extra = { ...(await readExtra(hub.client, place, { facts, fleet }, asking)), ...visited };
  return pageOf(place, { facts, fleet, stale, extra, command: (line) => `wheelwright ${line}`, now });
}

async function textAt(...given: Parameters<typeof pageAt>): Promise<string> {
  const page = await pageAt(...given);
  return page === undefined ? '' : textOf(page.body(now)).replaceAll(/\s+/g, ' ');
}

const large: readonly KubeObject[] = Array.from({ length: 1_000 }, (_, index) => {
  const name = `fleet/eu-${index}`;
  const reason = { reason: 'NotReady', message: 'Waiting on deployments: activator, webhook. WW3004' };
  const conditions = index % 10 === 0 ? notReady('DeploymentsAvailable', reason) : ready;
  return [
    clusterProfile(name, { kubernetes: 'v1.36.3' }),
    installation(`knative-serving/eu-${index}`, { on: name, version: '1.22.1', conditions }),
  ];
}).flat();

describe('the page of a large fleet', () => {
  it('is of a hundred rows, the worst of them first, and of no more than 150 kB', async () => {
    const text = await textAt('/', { objects: [lease('serving'), ...large] });
    expect(text.match(/data-key="cluster /g)).toHaveLength(100);
    expect(text).toContain('worst first: 100 of 1000 that match, of 1000');
    expect(text).toContain('1000: 100 Degraded, 900 Ready');
    expect(text.match(/> Degraded</g) ?? text.match(/Degraded<\/span>/g)).toHaveLength(100);
    expect(text.match(/<li> ?<span class="state warning">/g)).toHaveLength(20);
    expect(text).toContain('And 80 more, by <code>wheelwright status</code>');
    expect(text).toContain('href="/?page=2"');
    expect(Buffer.byteLength(text)).toBeLessThan(150_000);
  });

  it('keeps the filter from one page to the next', async () => {
    const text = await textAt('/?q=ready&page=2', { objects: [lease('serving'), ...large] });
    expect(text).toContain('worst first: 100 of 900 that match, of 1000');
    expect(text).toContain('href="/?q=ready"');
    expect(text).toContain('href="/?q=ready&amp;page=3"');
    expect(text).toContain('Page 2 of 9');
  });
});

describe('a page', () => {
  it.each<[what: string, address: string, options: FakeHubOptions, stale: string | undefined, says: string]>([
    ['without anything', '/', { objects: [] }, undefined, 'The hub knows no clusters yet.'],
    [
      'that may be old',
      '/',
      { objects: shownFleet },
      'the hub is gone',
      'What is shown may be old: the hub is gone',
    ],
    [
      'of a user who may not see all',
      '/',
      {
        objects: shownFleet,
        fails: (call) =>
          call.resource.startsWith('clusterprofiles')
            ? new ForbiddenError(call, { message: 'you may not' })
            : undefined,
      },
      undefined,
      'ClusterProfiles could not be read: you may not',
    ],
    [
      'of a user who may not see Events',
      '/serving/knative-serving/ap-1',
      {
        objects: shownFleet,
        fails: (call) =>
          call.resource.startsWith('events') ? new ForbiddenError(call, { message: 'no Events' }) : undefined,
      },
      undefined,
      'Events could not be read: ',
    ],
    [
      'of a cluster that a ClusterProfile is missing for',
      '/clusters/fleet/ap-9',
      { objects: [installation('knative-serving/ap-9', { on: 'fleet/ap-9' })] },
      undefined,
      'there is no ClusterProfile fleet/ap-9',
    ],
    [
      'of an object that asks for what makes no sense',
      '/dso/shop/checkout',
      { objects: [{ ...checkout, spec: { totalTargetReplicas: 'many' } }] },
      undefined,
      'DistributedScaledObject shop/checkout in the hub: ',
    ],
    [
      'of the hub itself',
      '/clusters/hub',
      { objects: [installation('knative-serving/local', {})] },
      undefined,
      'serving/knative-serving/local',
    ],
  ])('%s says so', async (_, address, options, stale, says) => {
    expect(await textAt(address, options, stale)).toContain(says);
  });

  it.each(['/clusters/fleet/no', '/serving/a/b', '/eventing/a/b', '/members/a/b', '/dso/a/b'])(
    'is not made for %s, which is not there',
    async (address) => {
      expect(await pageAt(address, { objects: shownFleet })).toBeUndefined();
    },
  );

  it.each([
    '/',
    '/clusters/fleet/ap-1',
    '/serving/knative-serving/ap-1',
    '/members/keda/us-2',
    '/dso/shop/checkout',
  ])('of %s tells the same as long as nothing changes', async (address) => {
    const [one, other] = await Promise.all([
      pageAt(address, { objects: shownFleet }),
      pageAt(address, { objects: shownFleet }),
    ]);
    expect(JSON.stringify(one?.content)).toBe(JSON.stringify(other?.content));
  });
});

describe('the page of a cluster that was visited', () => {
  const section = (findings: Section['findings']): Visited['checks'] =>
    answered({ scope: 'cluster', subject: 'fleet/ap-1', about: 'seen from laptop', findings });
  const text = (checks?: Visited['checks']): Promise<string> =>
    textAt(
      '/clusters/fleet/ap-1',
      { objects: shownFleet },
      undefined,
      checks === undefined ? {} : { checks },
    );

  it('has its checks, the failed ones first, each with its fix', async () => {
    const rule = { verbs: ['get'], group: 'apps', resources: ['deployments'] };
    const shown = await text(
      section([
        { code: 'WW2007', title: 'reached', result: 'ok', detail: 'answers in 12 ms' },
        { code: 'WW2008', title: 'known', result: 'skipped', needs: 'a connection', lackedHere: false },
        {
          code: 'WW2009',
          title: 'may deliver',
          result: 'failed',
          level: 'error',
          problem: 'it may not deliver',
          cause: 'no role',
          fix: 'grant this',
          rules: [rule],
        },
      ]),
    );
    const order = [...shown.matchAll(/data-key="(WW\d+)"/g)].map(([, code]) => code);
    expect(order).toEqual(['WW2009', 'WW2008', 'WW2007']);
    expect(shown).toContain(
      'it may not deliver<br />Cause: no role<br />Fix: grant this<br /><code>' +
        `${textOf(html`${ruleLine(rule)}`)}</code><br />Docs: <code>wheelwright help WW2009</code>`,
    );
    expect(shown).toContain('known: needs a connection');
    expect(shown).toContain('answers in 12 ms');
  });

  it('says that it is being looked at, what that lacks, and why it failed', async () => {
    expect(await text()).toContain('<noscript> <p><a href="?visit=">Look now</a></p> </noscript>');
    expect(await text(lackedHere('--provider-file'))).toContain(
      'start the dashboard with <code>--provider-file</code>',
    );
    const error = usageError('no such file.', { fix: 'name another' });
    expect(await text({ state: 'failed', error, tookMs: 0 })).toContain(
      'It cannot be seen from here: no such file.<br />Fix: name another</p>',
    );
  });
});

describe('the page of an installation that was visited', () => {
  const deployment = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kn', name });
  const text = (inventory: InspectedDelivery): Promise<string> =>
    textAt('/serving/knative-serving/ap-1', { objects: shownFleet }, undefined, {
      inventory: answered(inventory),
    });

  it('has its objects as a tree: by kind, worst first, open where something is wrong', async () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'admin' };
    const forbidden = new ForbiddenError(
      { cluster: 'ap-1', verb: 'list', resource: 'jobs' },
      { message: 'no' },
    );
    const shown = await text({
      anchor: 'own',
      objects: [
        { identity: role, state: 'asApplied', leftTo: ['team-a'] },
        {
          identity: deployment('activator'),
          state: 'asApplied',
          leftTo: [],
          rollout: { state: 'progressing', ready: 1, wanted: 2, why: 'quota' },
        },
        { identity: deployment('webhook'), state: 'missing' },
        { identity: { ...role, kind: 'Role', name: 'left' }, state: 'changed', by: 'kubectl-edit' },
        { identity: { ...role, kind: 'Secret', name: 'hidden' }, state: 'unseen', error: forbidden },
        { identity: { ...role, kind: 'Job', name: 'migrate' }, state: 'appliedOnce' },
        { identity: { ...role, kind: 'Job', name: 'later' }, state: 'notApplied' },
      ],
    });
    const names = [...shown.matchAll(/<span class="name">([^<]+)</g)].map(([, name]) => name);
    expect(names).toEqual(['kn/webhook', 'kn/activator', 'left', 'hidden', 'later', 'migrate', 'admin']);
    expect(shown).toContain(
      '7 objects: 1 Missing, 1 Changed, 1 Not seen, 1 Rolling out, 1 Not applied yet, 1 As applied, 1 Applied once',
    );
    expect(shown.match(/<details open="">/g)).toHaveLength(4);
    expect(shown).toContain('2 objects: 1 Missing, 1 Rolling out');
    expect(shown).toContain('kubectl-edit wrote last');
    expect(shown).toContain('1 of 2 ready; quota');
    expect(shown).toContain('but for what belongs to team-a');
  });

  it.each([
    ['absent', 'there is no anchor'],
    ['unlisted', 'lists nothing'],
    ['foreign', 'belongs to another object'],
  ] as const)('says so where the anchor is %s', async (anchor, says) => {
    expect(await text({ anchor })).toContain(says);
  });
});
