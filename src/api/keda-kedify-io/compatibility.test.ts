import { describe, expect, it } from 'vitest';
import { describeKedifyDefinition, generatedDefinition } from '../crd/testing/kedify-definition.ts';
import { distributedScaledObject } from './distributed-scaled-object.ts';

const ours = generatedDefinition(distributedScaledObject);

/** The definition of Kedify lies outside the repository; where it is absent the others are told as skipped. */
describe('compatibility with Kedify', () => {
  it('keeps group, names and the way to scale', () => {
    expect(ours.spec).toMatchObject({
      group: 'keda.kedify.io',
      names: { kind: 'DistributedScaledObject', plural: 'distributedscaledobjects', shortNames: ['dso'] },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.totalTargetReplicas',
              statusReplicasPath: '.status.totalCurrentReplicas',
              labelSelectorPath: '.status.selector',
            },
          },
        },
      ],
    });
  });

  describeKedifyDefinition('kedify-distributedscaledobjects.yaml', ours);
});
