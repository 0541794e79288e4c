import { isKind, objectName } from './object-kinds.ts';
import { merge } from './path-copy.ts';
import type { Transform } from './transform.ts';

/** `spec.services`: labels, annotations and selector, added to what is there. */
export const services: Transform = (object, { spec }) =>
  isKind(object, '', 'Service')
    ? (spec.services ?? [])
        .filter(({ name }) => name === objectName(object))
        .reduce(
          (at, { labels, annotations, selector }) =>
            merge(
              merge(merge(at, ['metadata', 'labels'], labels), ['metadata', 'annotations'], annotations),
              ['spec', 'selector'],
              selector,
            ),
          object,
        )
    : object;
