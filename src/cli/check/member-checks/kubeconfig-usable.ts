import { KubeconfigError, KubeError, NotFoundError } from '../../../kube/index.ts';
import { asProblem, failed, type MemberCheck, ok, weigh } from '../check.ts';

export const kubeconfigUsable: MemberCheck = {
  scope: 'member',
  code: 'WW2013',
  title: 'its kubeconfig can be used, and asks for nothing that is refused',
  level: 'error',
  needs: 'the right to get its Secret',
  about: {
    meaning:
      'The kubeconfig of a member is not there, makes no sense, or asks for what the operator refuses, such as commands.',
    fix: 'Write a kubeconfig with an address, a certificate authority and a token into the Secret, or repeat members add.',
  },
  judge: ({ kubeconfig, secret }) =>
    weigh(kubeconfig, {
      answered: ({ server, warnings }) =>
        warnings.length === 0
          ? ok(`the kubeconfig in Secret ${secret} leads to ${server}`)
          : failed(warnings.join('; '), { level: 'warning' }),
      failed: (error) => {
        if (error instanceof NotFoundError) return failed(`there is no Secret ${secret} on the hub`);
        if (error instanceof KubeconfigError) return failed(error.message.replace(/\.$/, ''));
        // It may quote what it could not read.
        return error instanceof KubeError
          ? asProblem(error)
          : failed(`the kubeconfig in Secret ${secret} cannot be read`);
      },
    }),
};
