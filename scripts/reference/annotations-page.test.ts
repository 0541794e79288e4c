import { expect, it } from 'vitest';
import { notes, orders } from './object-keys.ts';
import { sourceTexts } from './source-texts.ts';

const domains = String.raw`(?:[a-z]+\.)?(?:wheelwright\.dev|operator\.knative\.dev|kedify\.io|keda\.sh)`;
/** Who reports events. */
const reporters = ['knative', 'members', 'scaling'].map((name) => `wheelwright.dev/${name}`);

/** Every name in quotes of the domains that we use, but for API versions and ends that are put together. */
async function keysInSource(): Promise<ReadonlySet<string>> {
  const texts = await sourceTexts('**/*.ts');
  const found = texts.flatMap((text) => [...text.matchAll(new RegExp(`['\`](${domains}/[a-z-]*)`, 'g'))]);
  return new Set(found.map(([, key = '']) => key));
}

it('has each annotation, label and finalizer that the source names', async () => {
  const listed = [...orders, ...notes].map(({ key }) => key.replace(/[A-Z]+$/, ''));
  const passedOn = ['autoscaling.keda.sh/', 'scaledobject.keda.sh/', 'validations.keda.sh/'];
  const found = [...(await keysInSource())].filter((key) => !/\/v\d?$/.test(key));
  const missing = found.filter((key) => ![...listed, ...passedOn, ...reporters].includes(key));
  expect(missing).toEqual([]);
});

it('has none of ours that the source does not name', async () => {
  const text = [...(await keysInSource())].join('\n');
  const ours = notes.filter(({ key }) => /\/.*[a-z]$/.test(key) && !key.startsWith('app.'));
  expect(ours.filter(({ key }) => !text.includes(key)).map(({ key }) => key)).toEqual([]);
});
