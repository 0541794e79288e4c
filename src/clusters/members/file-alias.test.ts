import { expect, test } from 'vitest';
import { fileAlias } from './file-alias.ts';

test.for([
  ['kedify-agent@member-a', 'member-a-cluster.kubeconfig', 1, 'member-a'],
  ['kedify-agent@member-a', 'member-a-cluster.kubeconfig', 3, 'member-a'],
  ['a@b@c', 'x.kubeconfig', 1, 'c'],
  ['default', 'member-b.kubeconfig', 1, 'member-b'],
  ['default', 'member-b.kubeconfig.yaml', 1, 'member-b'],
  ['default', 'kubeconfig.yml', 1, 'kubeconfig'],
  ['default', 'x.kubeconfig', 2, 'default'],
  ['@member', 'file.kubeconfig', 1, 'file'],
  ['user@', 'file.kubeconfig', 1, 'file'],
  ['user@Member_A', 'file.kubeconfig', 1, undefined],
  ['arn:aws:eks:eu:1:cluster/x', 'file.kubeconfig', 2, undefined],
  [`user@${'a'.repeat(254)}`, 'file.kubeconfig', 1, undefined],
] as const)('%s in %s with %i contexts is called %s', ([context, fileName, contexts, alias]) => {
  expect(fileAlias({ context, fileName, contexts })).toBe(alias);
});
