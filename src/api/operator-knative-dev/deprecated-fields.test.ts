import { describe, expect, it } from 'vitest';
import { deprecatedFields } from './deprecated-fields.ts';
import { knativeEventingSpec } from './knative-eventing.ts';
import { knativeServingSpec } from './knative-serving.ts';

describe.each([knativeServingSpec, knativeEventingSpec])('the deprecated fields of a spec', ({ shape }) => {
  it('are those that are described so', () => {
    const described = Object.entries(shape).filter(([, field]) =>
      field.description?.startsWith('Deprecated'),
    );
    expect(described.map(([name]) => `spec.${name}`)).toEqual(deprecatedFields.map(({ path }) => path));
  });
});
