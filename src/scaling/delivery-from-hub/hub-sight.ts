import type { KubeObject } from '../../api/index.ts';

/** An object of the hub that is delivered from. */
export interface HubReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** An object of the hub as it was last seen. */
export type HubSight =
  | { readonly seen: 'nothing' }
  | { readonly seen: 'absence' }
  | { readonly seen: 'failure'; readonly why: string }
  | { readonly seen: 'object'; readonly object: KubeObject };
