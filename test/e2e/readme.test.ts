import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bed, binary, clusterProfileCrdFile, knativeManifestDirectories } from '../bed/index.ts';
import { knownSecrets, OperatorProcess } from '../fleet/index.ts';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
/** What a reader pastes, in order. */
const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);

let directory: string;
let bed: Bed;
let env: NodeJS.ProcessEnv;
let operator: OperatorProcess | undefined;

/** The same without downloads: the build is done before, and files and the release are those at hand. */
async function adapted(block: string): Promise<string> {
  const [manifests = ''] = await knativeManifestDirectories();
  const [release = ''] = await readdir(join(manifests, 'knative-serving'));
  return block
    .replace('npm ci && npm run build\n', '')
    .replace(/https:\/\/raw\.githubusercontent\.com\/\S+/, await clusterProfileCrdFile())
    .replace(/version: "[\d.]+"/, `version: "${release}"`);
}

/** Resolves with what the commands print. */
async function run(text: string): Promise<string> {
  try {
    return (await promisify(execFile)('sh', ['-ec', text], { cwd: directory, env })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${text}failed with ${stderr} after ${stdout}`, { cause: error });
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'readme-'));
  bed = await Bed.start({ hub: { controllers: [] } });
  const [spoke] = bed.spokes;
  await copyFile(bed.hub.kubeconfig, join(directory, 'hub.kubeconfig'));
  await copyFile(spoke?.kubeconfig ?? '', join(directory, 'eu-1.kubeconfig'));
  for (const name of ['hub.kubeconfig', 'eu-1.kubeconfig']) {
    knownSecrets.note(name, await readFile(join(directory, name), 'utf8'));
  }
  // The global setup has built what `npm run build` makes.
  const built = dirname(process.env['WHEELWRIGHT_PROGRAM'] ?? '');
  const programs = [built, dirname(process.execPath), dirname(await binary('kubectl'))];
  env = {
    ...process.env,
    KUBECONFIG: join(directory, 'hub.kubeconfig'),
    PATH: [...programs, process.env['PATH']].join(delimiter),
    KO_DATA_PATH: (await knativeManifestDirectories())[0],
  };
});

afterAll(async () => {
  await operator?.kill();
  await bed.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('the commands of the README', () => {
  it('install Knative on a cluster and spread a workload, as they stand there', async () => {
    const outputs: string[] = [];
    for (const block of blocks) {
      const text = await adapted(block);
      if (text.startsWith('wheelwright operator')) {
        const flags = '--download-manifests=false --metrics-bind-address=0 --health-probe-bind-address=0';
        const command = ['sh', '-c', `exec ${text.trim()} ${flags}`];
        operator = new OperatorProcess({ command, flags: [], env, cwd: directory });
      } else {
        outputs.push(await run(text));
      }
    }
    expect(outputs.join('')).toContain('knativeserving.operator.knative.dev/eu-1 condition met');
    expect(outputs.join('')).toContain('distributedscaledobject.keda.kedify.io/checkout condition met');
    expect(outputs.join('')).toMatch(/^fleet\/eu-1 +Ready +1\.\d+\.\d+ ready/m);
  });
});
