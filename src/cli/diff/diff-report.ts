import { maskSecrets } from '../../controller/index.ts';
import type { ObjectIdentity } from '../../delivery/index.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { ComparedInstallation } from './compare-installation.ts';
import type { ObjectDiff } from './object-diff.ts';
import { renderObjectDiff } from './render-diff.ts';

/** How one cluster differs from what one object wants; for programs. */
export interface DiffReport {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly cluster: string;
  readonly version: string;
  readonly targetNamespace: string;
  /** Whether the hub has the object. */
  readonly exists: boolean;
  /** Objects that were looked at. */
  readonly total: number;
  readonly differences: readonly (ObjectIdentity & {
    readonly action: ObjectDiff['action'];
    /** True where it is drift that the operator would leave as it is. */
    readonly reportedOnly?: true;
    /** In the unified format of diff(1), secrets masked. */
    readonly diff: string;
  })[];
  /** What the cluster would not take. */
  readonly refused: readonly (ObjectIdentity & { readonly message: string })[];
  /** Fields that would stay with somebody else. */
  readonly left: readonly (ObjectIdentity & { readonly field: string; readonly manager: string })[];
}

const plain = {
  colour: false,
  unicode: true,
  accessible: false,
  terminal: false,
  width: undefined,
  height: undefined,
};

export function diffReport(
  { rendered, cluster, exists, previewed }: ComparedInstallation,
  differences: readonly ObjectDiff[],
): DiffReport {
  const { namespace = '', name } = rendered.installation.metadata;
  return {
    kind: rendered.component.kind,
    namespace,
    name,
    cluster: cluster.name,
    version: rendered.version,
    targetNamespace: rendered.namespace,
    exists,
    total: previewed.length,
    differences: differences.map((difference) => {
      const lines = renderObjectDiff(difference, { cluster: cluster.name, style: plain });
      const { identity, action, reportedOnly } = difference;
      const note = reportedOnly === undefined ? {} : { reportedOnly };
      return { ...identity, action, ...note, diff: `${lines.slice(1).join('\n')}\n` };
    }),
    refused: previewed.flatMap((one) =>
      one.action === 'refused'
        ? [{ ...one.identity, message: maskSecrets(plainText(one.error.status.message)) }]
        : [],
    ),
    left: previewed.flatMap(({ identity, left = [] }) =>
      left.map(({ field, manager }) => ({ ...identity, field, manager })),
    ),
  };
}
