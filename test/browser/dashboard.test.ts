import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DashboardRig } from '../../src/cli/dashboard/testing/dashboard-rig.ts';
import {
  hostileName,
  localObjects,
  lostObject,
  reachable,
  shownFleet,
  unreachable,
} from '../../src/cli/dashboard/testing/shown-fleet.ts';
import { run } from '../../src/cli/index.ts';
import { kedifyConfiguration, reached } from '../../src/cli/testing/scaling-objects.ts';
import { testHost } from '../../src/cli/testing/test-host.ts';
import { launchChromium } from './chromium.ts';
import { view, type Viewer, violations } from './viewer.ts';

const views = [
  '/',
  '/clusters/fleet/ap-1',
  // These wait for what is seen on the cluster.
  '/clusters/hub?visit=',
  '/eventing/knative-eventing/local?visit=',
  '/serving/knative-serving/ap-1',
  '/members/keda/us-2',
  `/members/keda/${encodeURIComponent(hostileName)}`,
  '/dso/shop/checkout',
  '/dso/shop/checkout/simulation?down=eu-1&total=20&minutes=60',
  '/dso/shop/nope',
];

let browser: Browser;
let rig: DashboardRig;
let viewer: Viewer;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  rig = await DashboardRig.start(shownFleet);
  await open();
});

afterEach(async () => {
  await viewer.close();
  await rig.stop();
});

/** As a person does with the address in the terminal. */
async function open(options: Parameters<typeof view>[1] = {}): Promise<void> {
  await viewer?.close();
  viewer = await view(browser, options);
  ({ page } = viewer);
  const address = await rig.address();
  await page.goto(address.href);
  await page.waitForURL(`${address.origin}/`);
}

async function go(path: string): Promise<void> {
  await page.goto(new URL(path, await rig.address()).href);
}

/** The row of a table that a name begins. */
function row(name: string): ReturnType<Page['locator']> {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
}

describe('the dashboard in a browser', () => {
  it('shows the fleet, worst first, without the token in the address', async () => {
    await page.getByText('Live', { exact: true }).waitFor();
    const names = await page.getByRole('table').first().getByRole('rowheader').allTextContents();
    expect(names).toEqual(['fleet/ap-1', 'fleet/eu-1']);
    expect(await row('fleet/ap-1').textContent()).toContain('Unreachable');
    expect(page.url()).not.toContain('token');
    expect(viewer.complaints).toEqual([]);
  });

  it('changes by itself, says so, and leaves the focus where it was', async () => {
    await page.getByText('Live', { exact: true }).waitFor();
    const link = page.getByRole('link', { name: 'fleet/eu-1' }).last();
    await link.focus();
    await page.evaluate('window.isSamePage = true');
    rig.put(reachable);
    await row('fleet/ap-1').getByText('Ready', { exact: true }).waitFor();
    expect(await page.locator('#news').textContent()).toContain('cluster/fleet/ap-1 is Ready.');
    rig.put(unreachable);
    await row('fleet/ap-1').getByText('Unreachable', { exact: true }).waitFor();
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('fleet/eu-1');
    expect(viewer.complaints).toEqual([]);
  });

  it('leaves alone what is being typed while what is above it goes', async () => {
    const filter = page.getByRole('searchbox');
    await filter.pressSequentially('fleet/');
    await page.waitForURL(/\?q=fleet%2F$/);
    rig.put(reachable);
    rig.remove('DistributedScaledObject', 'shop/checkout');
    rig.put(kedifyConfiguration({ 'eu-1': reached('eu-1') }));
    await page.getByRole('heading', { name: /problem/ }).waitFor({ state: 'detached' });
    await page.keyboard.type('ap');
    await row('fleet/eu-1').first().waitFor({ state: 'detached' });
    expect(await filter.inputValue()).toBe('fleet/ap');
    expect(viewer.complaints).toEqual([]);
  });

  it('filters while it is typed, and the address can be kept', async () => {
    const filter = page.getByRole('searchbox');
    await filter.pressSequentially('eu-1');
    await row('fleet/ap-1').waitFor({ state: 'detached' });
    expect(await row('fleet/eu-1').first().textContent()).toContain('Ready');
    await page.waitForURL(/\?q=eu-1$/);
    expect(await filter.inputValue()).toBe('eu-1');
    await page.reload();
    await row('fleet/eu-1').first().waitFor();
    expect(await row('fleet/ap-1').count()).toBe(0);
    expect(viewer.complaints).toEqual([]);
  });

  it('leads to the fix of a problem by keyboard alone', async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('fleet/ap-1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/clusters\/fleet\/ap-1$/);
    expect(await page.getByRole('code').first().textContent()).toContain('check --on fleet/ap-1');
  });

  it('shows what an installation has on its cluster, and leaves open what a person opens', async () => {
    for (const object of localObjects) rig.put(object);
    await row('hub').waitFor();
    await go('/eventing/knative-eventing/local');
    await page.getByText('3 objects: 1 Missing, 1 Not applied yet, 1 As applied', { exact: true }).waitFor();
    const branch = page.locator('details').filter({ has: page.getByText('ConfigMap') });
    expect(await branch.getAttribute('open')).toBe('');
    expect(await violations(page)).toEqual([]);
    const odd = page.locator('details').filter({ has: page.getByText('Odd') });
    await odd.locator('summary').click();
    expect(await odd.getAttribute('open')).toBeNull();
    rig.put(lostObject);
    await page.getByText('3 objects: 1 Not applied yet, 2 As applied', { exact: true }).waitFor();
    expect(await branch.getAttribute('open')).toBeNull();
    expect(await odd.getAttribute('open')).toBeNull();
    expect(viewer.complaints).toEqual([]);
  });

  it('shows the checks of a cluster, each that failed with its fix', async () => {
    for (const object of localObjects) rig.put(object);
    await row('hub').waitFor();
    await go('/clusters/fleet/ap-1');
    const checks = page.getByRole('table', { name: /seen from/ });
    await checks.getByText('needs --provider-file').first().waitFor();
    await go('/clusters/hub');
    await checks.getByText('Fix:').first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(viewer.complaints).toEqual([]);
  });

  it('gives the numbers of explain', async () => {
    const host = testHost();
    const args = ['dso/shop/checkout', '-o', 'json', '--kubeconfig', rig.kubeconfig];
    expect(await run(['explain', ...args], host)).toBe(0);
    const { members } = JSON.parse(host.written.stdout) as {
      readonly members: readonly Readonly<Record<string, string | number | null>>[];
    };
    await go('/dso/shop/checkout');
    const rows = page
      .getByRole('table', { name: /Who has how many/ })
      .locator('tbody')
      .getByRole('row');
    const shown = await Promise.all(
      (await rows.all()).map(async (each) => {
        const cells = await each.getByRole('cell').allTextContents();
        const [, weight, share, want, have, why] = cells.map((cell) => cell.trim());
        return { member: await each.getByRole('rowheader').textContent(), weight, share, want, have, why };
      }),
    );
    expect(shown).toEqual(
      members.map(({ member, weight, share, want, have, why }) => ({
        member,
        weight: String(weight),
        share: String(share),
        want: String(want),
        have: have === null ? '?' : String(have),
        why,
      })),
    );
    expect(shown).toHaveLength(2);
  });

  it('plays an outage that a form asks for', async () => {
    await go('/dso/shop/checkout');
    await page.getByLabel('A member is lost').selectOption('eu-1');
    await page.getByLabel('Replicas in total').fill('20');
    await page.getByRole('button', { name: 'Play it' }).click();
    await page.waitForURL(/\/dso\/shop\/checkout\/simulation\?down=eu-1&total=20&minutes=10$/);
    await page.getByText(/^At the least \d+ of 20 serve/).waitFor();
    expect(await page.getByLabel('A member is lost').inputValue()).toBe('eu-1');
    await page.getByRole('link', { name: 'DistributedScaledObject shop/checkout' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(viewer.complaints).toEqual([]);
  });

  it('takes names and messages for text, whatever they say', async () => {
    await row(hostileName).waitFor();
    await row(hostileName).getByRole('link').click();
    await page.getByRole('heading', { name: hostileName }).waitFor();
    expect(await page.getByText('<script>window.broken = true</script>').count()).toBe(1);
    expect(await page.evaluate('window.broken')).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
    expect(viewer.complaints).toEqual([]);
  });

  it('refuses scripts and styles that are not its own, should any get in', async () => {
    await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.broken = true';
      document.body.append(script);
      document.body.setAttribute('style', 'display: none');
    `);
    expect(await page.evaluate('window.broken')).toBeUndefined();
    expect(await page.locator('h1').isVisible()).toBe(true);
    expect(viewer.complaints.join('\n')).toContain("script-src 'self'");
  });

  it('answers nobody else, under no other name, and takes nothing', async () => {
    const { origin, port } = await rig.address();
    const stranger = await browser.newContext();
    try {
      const answer = await stranger.request.get(origin);
      expect(answer.status()).toBe(401);
      expect(await answer.text()).not.toContain('eu-1');
      // As a page of somebody else has it, whose name leads to this machine.
      await stranger.addCookies(await page.context().cookies());
      const visit = await stranger.newPage();
      const renamed = await visit.goto(`http://dashboard.localhost:${port}/`);
      expect(renamed?.status()).toBe(421);
    } finally {
      await stranger.close();
    }
    const posted = await page.evaluate(
      `fetch('/', { method: 'POST', body: 'x' }).then(({ status }) => status)`,
    );
    expect(posted).toBe(405);
  });

  it('says when the hub is lost, and when the dashboard has ended', async () => {
    await page.getByText('Live', { exact: true }).waitFor();
    await rig.hub.stop();
    await page.getByText('What is shown may be old').waitFor();
    rig.host.interrupt();
    await page.getByText(/^Not live/).waitFor();
    expect(await row('fleet/ap-1').textContent()).toContain('Unreachable');
  });

  it('is whole without a script, and filters all the same', async () => {
    await open({ javaScriptEnabled: false });
    await page.getByRole('searchbox').fill('eu-1');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/\?q=eu-1$/);
    expect(await row('fleet/eu-1').first().textContent()).toContain('Ready');
    expect(await row('fleet/ap-1').count()).toBe(0);
    await go('/clusters/fleet/ap-1');
    await page.getByRole('link', { name: 'Look now' }).click();
    await page.getByText('needs --provider-file').first().waitFor();
  });

  it.each(
    (['light', 'dark'] as const).flatMap((colorScheme) =>
      [320, 1440].map((width) => [colorScheme, width] as const),
    ),
  )(
    'is clean for axe in %s colours at %i pixels, and needs no scrolling sideways',
    async (colorScheme, width) => {
      await open({ colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' });
      for (const object of localObjects) rig.put(object);
      await page.getByRole('link', { name: 'hub', exact: true }).first().waitFor();
      for (const path of views) {
        await go(path);
        const isTooWide = await page.evaluate(`document.documentElement.scrollWidth > ${width}`);
        const found = await violations(page);
        expect({ path, found, isTooWide }).toEqual({ path, found: [], isTooWide: false });
      }
      // Chromium tells of the one that is not there.
      expect(viewer.complaints).toEqual([expect.stringContaining('status of 404')]);
    },
  );
});
