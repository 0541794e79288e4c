import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '../../src/api/index.ts';
import { binary } from '../bed/index.ts';

export const chartDirectory = join(import.meta.dirname, '..', '..', 'charts', 'wheelwright');

export interface RenderOptions {
  /** Default: 1.36.3. */
  readonly kubernetes?: string;
  /** Default: `ww`. */
  readonly release?: string;
  /** Whether what is there for a test is rendered as well; default false. */
  readonly tests?: boolean;
}

export interface HelmResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Values as JSON, which is YAML. */
export type Values = Readonly<Record<string, unknown>>;

/** Without values, those of the release hold, where there is one. */
export async function runHelm(args: readonly string[], values?: Values): Promise<HelmResult> {
  const program = await binary('helm');
  const given = values === undefined ? [] : ['--values', '-'];
  return new Promise((resolve) => {
    const child = execFile(program, [...args, ...given], { maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, stdout, stderr }),
    );
    child.stdin?.end(values === undefined ? '' : JSON.stringify(values));
  });
}

/** What the release consists of. Throws with Helm's words where it refuses the values. */
export async function render(
  values: Values = {},
  options: RenderOptions = {},
): Promise<readonly KubeObject[]> {
  const { code, stdout, stderr } = await template(values, options);
  if (code !== 0) throw new Error(stderr);
  return (loadAll(stdout) as (KubeObject | null)[]).filter((object) => object !== null);
}

/** Why Helm refuses the values. Throws where it does not. */
export async function refusal(values: Values, options: RenderOptions = {}): Promise<string> {
  const { code, stderr } = await template(values, options);
  if (code === 0) throw new Error('the values are taken');
  return stderr;
}

/** What an installation tells whoever makes it. */
export async function notes(values: Values, namespace = 'fleet'): Promise<string> {
  const how = ['--dry-run=client', '--namespace', namespace];
  const { stdout } = await runHelm(['install', 'ww', chartDirectory, ...how], values);
  return stdout.slice(stdout.indexOf('NOTES:') + 'NOTES:'.length).trim();
}

function template(values: Values, options: RenderOptions): Promise<HelmResult> {
  const { kubernetes = '1.36.3', release = 'ww', tests = false } = options;
  const where = ['--namespace', 'fleet', '--kube-version', kubernetes];
  const what = tests ? [] : ['--skip-tests'];
  return runHelm(['template', release, chartDirectory, ...where, ...what], values);
}

/** The object of a kind; with a name, or the end of one, where there are several. Throws where there is none. */
export function only(objects: readonly KubeObject[], kind: string, end = ''): KubeObject {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name.endsWith(end));
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new Error(
      `there are ${found.length} objects of the kind ${kind} with a name that ends with '${end}'`,
    );
  return first;
}
