import { asProblem, failed, type HubCheck, ok, skipped, weigh } from '../check.ts';

/** As Helm charts label it. */
const deployment = 'a Deployment labelled app.kubernetes.io/name=wheelwright';

export const imagePinned: HubCheck = {
  scope: 'hub',
  code: 'WW1110',
  title: 'the image of the operator is named by its digest',
  level: 'info',
  needs: deployment,
  about: {
    meaning: 'The image of the operator is named by a tag, which may lead to another image tomorrow.',
    fix: 'Name it by its digest: IMAGE@sha256:DIGEST.',
  },
  judge: ({ operatorRun }) =>
    weigh(operatorRun, {
      answered: ({ deployments }) => {
        const images = deployments.flatMap((one) => one.images);
        if (images.length === 0) return skipped(deployment);
        const tagged = images.filter((image) => !image.includes('@sha256:'));
        return tagged.length === 0
          ? ok('the image of the operator is named by its digest')
          : failed(`${tagged.join(', ')} has no digest`);
      },
      failed: asProblem,
    }),
};
