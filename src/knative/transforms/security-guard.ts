import type { KnativeServingSpec } from '../../api/index.ts';
import { isKind, objectName } from './object-kinds.ts';
import { set } from './path-copy.ts';
import type { Transform } from './transform.ts';

/** Lets queue-proxy see the labels of its pod, by which Security-Guard finds the rules for it. */
export const securityGuard: Transform<KnativeServingSpec> = (object, { spec }) =>
  spec.security?.securityGuard.enabled === true &&
  isKind(object, '', 'ConfigMap') &&
  objectName(object) === 'config-features'
    ? set(object, ['data', 'queueproxy.mount-podinfo'], 'allowed')
    : object;
