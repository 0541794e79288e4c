import { isRecord } from '../../api/index.ts';
import { isKind } from './object-kinds.ts';
import { merge, remove, valueAt } from './path-copy.ts';
import type { Transform } from './transform.ts';

/**
 * `stringData` of a Secret becomes `data` as in the API server, which lets it win key by key. It forgets who wrote
 * `stringData`, so that what becomes of such keys would belong to nobody. What it would refuse is left for it to refuse.
 */
export const secretData: Transform = (object) => {
  if (!isKind(object, '', 'Secret')) return object;
  const texts = valueAt(object, ['stringData']) ?? {};
  const data = valueAt(object, ['data']) ?? {};
  if (!isRecord(data) || !isRecord(texts) || !Object.values(texts).every((text) => typeof text === 'string'))
    return object;
  const encoded = Object.entries(texts).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString('base64'),
  ]);
  return remove(merge(object, ['data'], Object.fromEntries(encoded)), ['stringData']);
};
