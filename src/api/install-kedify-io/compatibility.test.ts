import { describe, expect, it } from 'vitest';
import { describeKedifyDefinition, generatedDefinition } from '../crd/testing/kedify-definition.ts';
import { kedifyConfiguration } from './kedify-configuration.ts';

const ours = generatedDefinition(kedifyConfiguration);

/** The definition of Kedify lies outside the repository; where it is absent the others are told as skipped. */
describe('compatibility with Kedify', () => {
  it('keeps group and names', () => {
    expect(ours.spec).toMatchObject({
      group: 'install.kedify.io',
      names: {
        kind: 'KedifyConfiguration',
        plural: 'kedifyconfigurations',
        shortNames: ['kedify', 'kedifyconfig'],
      },
      scope: 'Namespaced',
      versions: [{ name: 'v1alpha1', subresources: { status: {} } }],
    });
  });

  describeKedifyDefinition('kedify-configuration.yaml', ours);
});
