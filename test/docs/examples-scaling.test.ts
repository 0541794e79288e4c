import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chartDirectory } from '../chart/helm.ts';
import { AllObjects } from './all-objects.ts';
import { bringExamples, end } from './example-folders.ts';
import { play } from './play.ts';
import { Stage } from './stage.ts';

const stage = Stage.use({ spokes: ['eu-1', 'us-2', 'ap-1'] });
const token = crypto.randomUUID();

/** The length of a queue, for whoever shows the token. */
const queue = createServer(({ url, headers }, response) => {
  response.statusCode = url === '/depth' && headers.authorization === `Bearer ${token}` ? 200 : 401;
  response.end('{"waiting": 60}');
});
let before: AllObjects;

bringExamples(stage);

beforeAll(async () => {
  queue.listen(0, '127.0.0.1');
  await once(queue, 'listening');
  const file = join(stage.shell.directory, 'examples/trigger-authentication/checkout.yaml');
  const { port } = queue.address() as AddressInfo;
  const manifest = await readFile(file, 'utf8');
  await writeFile(file, manifest.replace('queue.shop.svc:8080', `127.0.0.1:${port}`));
  await stage.shell.run(`export QUEUE_TOKEN=${token}`);
});

afterAll(() => void queue.close());

play('examples/README.md', stage, {
  after: {
    // The queue is on this machine.
    'What they start from': async () => {
      const values = '--reuse-values --set scaling.allowLoopbackTriggers=true';
      await stage.shell.run(
        `helm upgrade wheelwright '${chartDirectory}' --namespace wheelwright --wait --timeout 5m ${values}`,
      );
      before = await AllObjects.of(stage.fleet);
    },
  },
});

play('examples/member/README.md', stage, { under: (heading) => heading !== end });
play('examples/workload/README.md', stage, { under: (heading) => heading !== end });
play('examples/weights/README.md', stage);
play('examples/configmap-metric/README.md', stage);
play('examples/outage/README.md', stage);
play('examples/trigger-authentication/README.md', stage);
play('examples/workload/README.md', stage, { under: (heading) => heading === end });
play('examples/workload-from-hub/README.md', stage);
play('examples/member/README.md', stage, { under: (heading) => heading === end });

test('nothing of them is left', async () => {
  await expect.poll(() => before.changes(), { timeout: 120_000 }).toEqual([]);
});
