import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildAll } from '../../scripts/build.ts';
import { DashboardRig } from '../../src/cli/dashboard/testing/dashboard-rig.ts';
import { shownFleet } from '../../src/cli/dashboard/testing/shown-fleet.ts';
import { DashboardProcess } from './dashboard-process.ts';

it('the bundle has everything in it that a browser needs, and ends with Ctrl-C while a page is open', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wheelwright-bundle-'));
  const rig = await DashboardRig.start(shownFleet);
  try {
    await buildAll(directory);
    const { kubeconfig } = rig;
    const program = join(directory, 'wheelwright');
    const dashboard = new DashboardProcess({ program, kubeconfig, cwd: directory });
    const address = await dashboard.address();
    const welcome = await fetch(address);
    const cookie = welcome.headers.get('set-cookie')?.split(';')[0] ?? '';
    const get = (path: string): Promise<Response> => fetch(new URL(path, address), { headers: { cookie } });
    expect(await (await get('/')).text()).toContain('fleet/ap-1');
    expect(await (await get('/page.css')).text()).toContain('prefers-color-scheme: dark');
    expect(await (await get('/live.js')).text()).toContain('new EventSource');
    expect(await (await get('/icon.svg')).text()).toContain('<svg');
    const news = await get('/news?at=/');
    expect(news.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const [heard, exit] = await Promise.allSettled([news.text(), dashboard.interrupt()]);
    expect(heard.status).toBe('rejected');
    expect(exit).toMatchObject({ value: 130 });
  } finally {
    await rig.stop();
    await rm(directory, { recursive: true });
  }
});
