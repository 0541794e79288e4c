import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Fields, restoreYaml } from '../support/restore-yaml.ts';

/** Other people's texts, which are played as they are where they lie beside the checkout, and are not ours to copy. */
export const directoryOfGuides = fileURLToPath(new URL('../../../shared/seeds/', import.meta.url));

/** What plays them. */
export const guideTests = 'test/keda/*-guide.test.ts';

export const areGuidesAtHand = existsSync(directoryOfGuides);

/** How a member is prepared and registered, by manifests and commands. */
export interface MemberGuide {
  /** What the member needs. */
  readonly onMember: string;
  /** Shell: sets KCFG_B64 from what the member says. */
  readonly readAccess: string;
  /** The Secret of the hub. */
  readonly onHub: string;
  /** What tells of members. */
  readonly look: readonly string[];
}

export async function memberGuide(): Promise<MemberGuide> {
  const text = await readGuide('000');
  const lines = (pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([line]) => line);
  const opening = 'KCFG_B64=$(echo -n "';
  const kubeconfig = between(text, opening, '" | base64').slice(opening.length);
  const whole = lines(/^KCFG_B64=[^|]*.*$/gm).join('');
  return {
    onMember: restoreYaml(between(text, 'apiVersion: v1\nkind: Namespace', 'Once the'), fields),
    readAccess: [
      ...lines(/^(?:MEMBER_NAME|MEMBER_CONTEXT|NAMESPACE|TOKEN|CA_DATA|SERVER)=.*$/gm),
      whole.replace(kubeconfig, () => restoreYaml(kubeconfig, fields)),
    ].join('\n'),
    onHub: restoreYaml(
      between(text, 'apiVersion: v1\nkind: Secret\nmetadata:\nname: member-a', 'Apply one'),
      fields,
    ),
    look: lines(/^kubectl (?:kedify mc list|-n keda get)[^\\\n]*/gm),
  };
}

/** A DistributedScaledObject, and the status that it gets. */
export interface Introduction {
  readonly manifest: string;
  readonly status: string;
}

export async function introduction(): Promise<Introduction> {
  const text = await readGuide('001');
  return {
    manifest: restoreYaml(between(text, 'apiVersion: keda.kedify.io', 'The status of'), fields),
    status: between(text, 'status:\n', 'Kedify creates'),
  };
}

/** One workload on two members, by a ConfigMap. */
export interface ConfigMapGuide {
  readonly enable: string;
  /** By the names that its commands give them. */
  readonly files: Readonly<Record<string, string>>;
  /** Commands of kubectl, in their order. */
  readonly commands: readonly string[];
}

export async function configMapGuide(): Promise<ConfigMapGuide> {
  const text = await readGuide('002');
  const ends = '(?=kubectl |Architecture|Step \\d|Set it|Check |You should|\\n|$)';
  const found = [...text.matchAll(new RegExp(`kubectl -.*?${ends}`, 'g'))];
  const [enable = '', ...commands] = found.map(([line]) => line.replaceAll('\\ ', ''));
  const yaml = (from: string, to: string): string => restoreYaml(between(text, from, to), fields);
  return {
    enable,
    commands,
    files: {
      'dso-demo-app.yaml': yaml('apiVersion: apps/v1', 'Example'),
      'dso-mock-metric.yaml': yaml('apiVersion: v1kind: ConfigMap', 'kubectl'),
      'distributedscaledobject.yaml': yaml('apiVersion: keda.kedify.io', 'kubectl'),
    },
  };
}

/** Three members from the first command to the last: the blocks of a shell, in their order. */
export async function threeMembersGuide(): Promise<readonly string[]> {
  const text = await readGuide('003');
  return [...text.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

async function readGuide(number: string): Promise<string> {
  const name = (await readdir(directoryOfGuides)).find((each) => each.startsWith(number));
  if (name === undefined) throw new Error(`there is no guide ${number} in ${directoryOfGuides}`);
  return readFile(`${directoryOfGuides}${name}`, 'utf8');
}

/** From the beginning of one text up to another. */
function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start + from.length);
  if (start === -1 || end === -1) throw new Error(`the guide has no part from '${from}' to '${to}'`);
  return text.slice(start, end);
}

/** The shape of the objects in the guides, some of which came without their indentation. */
const fields: Fields = {
  '': [
    'apiVersion',
    'kind',
    'metadata',
    'type',
    'spec',
    'data',
    'rules',
    'roleRef',
    'subjects',
    'clusters',
    'contexts',
    'current-context',
    'users',
  ],
  metadata: [
    'name',
    'namespace',
    'labels',
    'annotations',
    // Of a trigger.
    'resourceKind',
    'resourceName',
    'key',
    'targetValue',
  ],
  labels: ['*'],
  annotations: ['*'],
  data: ['*'],
  matchLabels: ['*'],
  rules: ['apiGroups', 'resources', 'verbs'],
  roleRef: ['apiGroup', 'kind', 'name'],
  subjects: ['kind', 'name', 'namespace'],
  clusters: ['cluster', 'name'],
  cluster: ['certificate-authority-data', 'server'],
  contexts: ['context', 'name'],
  context: ['cluster', 'user'],
  users: ['name', 'user'],
  user: ['token'],
  spec: [
    'replicas',
    'selector',
    'template',
    'containers',
    'memberClusters',
    'rebalancingPolicy',
    'scaledObjectSpec',
  ],
  selector: ['matchLabels'],
  template: ['metadata', 'spec'],
  containers: ['name', 'image', 'ports'],
  ports: ['containerPort'],
  memberClusters: ['name', 'weight'],
  rebalancingPolicy: ['gracePeriod', 'maxRebalancePercentage'],
  scaledObjectSpec: ['scaleTargetRef', 'minReplicaCount', 'maxReplicaCount', 'triggers'],
  scaleTargetRef: ['kind', 'name'],
  triggers: ['type', 'metadata'],
};
