import { code, table } from '../markdown.ts';
import { notes, type ObjectKey, orders } from './object-keys.ts';
import type { Page } from './page.ts';

export function annotationsPage(): Page {
  return {
    file: 'annotations.md',
    title: 'Annotations, labels and finalizers',
    summary: 'Every one that is read or written.',
    body: [
      '## For you to set',
      '',
      'Those that begin with `autoscaling.keda.sh/`, `scaledobject.keda.sh/` or `validations.keda.sh/` are passed on to the ScaledObject',
      'with the engine `keda`, also where they are not in this list; the builtin engine knows those that are.',
      '',
      keysTable(orders),
      '',
      'With `--access-secret-label=KEY` (chart: `multicluster.secretLabel`) a Secret must have the label KEY with the value',
      '`NAMESPACE.NAME` of a ClusterProfile for the profile to use it.',
      '',
      '## Kept by the program',
      '',
      'Leave them alone unless the table says otherwise. Those on spokes have the names of knative/operator, so that each of the two',
      'operators can take over from the other.',
      '',
      keysTable(notes),
      '',
      'Every object of an installation has the label `app.kubernetes.io/name` with the value `knative-serving` or `knative-eventing`.',
    ].join('\n'),
  };
}

function keysTable(keys: readonly ObjectKey[]): string {
  const rows = keys.map(({ key, is, on, values, meaning }) => [code(key), is, on, values, meaning]);
  return table(['name', 'is', 'on', 'values', 'meaning'], rows);
}
