import { expect, test } from 'vitest';
import { requiredVersion } from './required-version.ts';

const goMod = `module bed

tool k8s.io/kubernetes/cmd/kubectl

require k8s.io/kubernetes v1.36.3 // indirect

require (
	k8s.io/kubernetes/extra v0.1.0
	sigs.k8s.io/kwok v0.8.0
)

replace k8s.io/api => k8s.io/api v0.36.3
`;

test.each([
  ['k8s.io/kubernetes', 'v1.36.3'],
  ['k8s.io/kubernetes/extra', 'v0.1.0'],
  ['sigs.k8s.io/kwok', 'v0.8.0'],
])('%s is required at %s', (module, version) => {
  expect(requiredVersion(goMod, module)).toBe(version);
});

test('a module that is only replaced, or part of another path, is not required', () => {
  expect(() => requiredVersion(goMod, 'k8s.io/api')).toThrow("go.mod does not require module 'k8s.io/api'");
  expect(() => requiredVersion(goMod, 'kwok')).toThrow("go.mod does not require module 'kwok'");
});
