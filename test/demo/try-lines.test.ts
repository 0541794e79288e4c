import { expect, it } from 'vitest';
import { tryLines } from './try-lines.ts';

const paths = {
  wheelwright: ['/usr/bin/node', '/tmp/bed/dist/wheelwright'],
  kubectl: '/cache/kubectl',
  hub: '/tmp/bed/hub/admin.kubeconfig',
  spokes: [{ name: 'spoke-1', kubeconfig: '/tmp/bed/spoke-1/admin.kubeconfig' }],
  providerFile: '/tmp/bed/providers.json',
  metricsUrl: 'http://127.0.0.1:9/metrics',
};

it('are complete commands with the paths of this run', () => {
  expect(tryLines(paths)).toContain(
    '/cache/kubectl --kubeconfig /tmp/bed/hub/admin.kubeconfig -n knative-serving get knativeservings',
  );
  expect(tryLines(paths)).toContain(
    '/cache/kubectl --kubeconfig /tmp/bed/spoke-1/admin.kubeconfig -n knative-serving delete deployment controller',
  );
});

it('have our own command line with the Node that it runs on', () => {
  expect(tryLines(paths)).toContain(
    '/usr/bin/node /tmp/bed/dist/wheelwright status --kubeconfig /tmp/bed/hub/admin.kubeconfig',
  );
});

it('survive a shell where a path has blanks and quotes', () => {
  const lines = tryLines({ ...paths, kubectl: "/home/o'neil/my bin/kubectl" });
  expect(lines.find((line) => line.includes('get events'))).toMatch(
    /^'\/home\/o'\\''neil\/my bin\/kubectl' --kubeconfig /,
  );
});
