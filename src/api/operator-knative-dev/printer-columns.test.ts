import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../crd/index.ts';
import { knativeEventing } from './knative-eventing.ts';
import { knativeServing } from './knative-serving.ts';

interface Definition {
  readonly spec: {
    readonly versions: readonly {
      readonly additionalPrinterColumns: readonly { readonly name: string; readonly priority?: number }[];
    }[];
  };
}

describe.each([knativeServing, knativeEventing])('kubectl get of a $kind', (definition) => {
  const { spec } = customResourceDefinition(definition) as unknown as Definition;
  const columns = spec.versions.flatMap(({ additionalPrinterColumns }) => additionalPrinterColumns);

  it('answers the first questions about an installation', () => {
    const shown = columns.filter(({ priority = 0 }) => priority === 0);
    expect(shown.map(({ name }) => name)).toEqual(['Version', 'Ready', 'Reason', 'Target Cluster', 'Age']);
  });

  it('answers the next ones with -o wide', () => {
    const wide = columns.filter(({ priority = 0 }) => priority > 0);
    expect(wide.map(({ name }) => name)).toEqual(['Target Namespace', 'Next Version', 'Message']);
  });
});
