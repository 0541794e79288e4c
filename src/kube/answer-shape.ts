import { apiVersion, isRecord, type KubeObject } from '../api/index.ts';
import type { WatchEvent } from './client.ts';
import { type CallContext, ProtocolError } from './errors.ts';
import type { Resource } from './resource.ts';

/**
 * What of an answer everything else relies on; proxies and portals answer 200 with documents of their own. The messages
 * never quote the body, which may hold a Secret.
 */

/** Any Kubernetes object or Status. */
export function objectOf<T extends KubeObject>(context: CallContext, text: string): T {
  const body = jsonObject(context, text);
  if (typeof body['kind'] !== 'string' || typeof body['apiVersion'] !== 'string')
    throw new ProtocolError(context, { message: `the answer is no Kubernetes object; ${notKubernetes}` });
  return body as unknown as T;
}

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Empty on the last page. */
  readonly continue: string;
}

/** A list must say that it is one: an empty object taken for an empty list would empty every cache that follows it. */
export function listOf<T extends KubeObject>(
  context: CallContext,
  resource: Resource,
  text: string,
): ListPage<T> {
  const { kind, items, metadata } = jsonObject(context, text);
  // Go writes null for a list without items.
  const list = items ?? [];
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(list) || !isRecord(metadata))
    throw new ProtocolError(context, { message: `the answer is no list; ${notKubernetes}` });
  if (!list.every(isNamed))
    throw new ProtocolError(context, { message: 'an item of the list has no metadata.name' });
  // The items of a typed list carry neither apiVersion nor kind.
  const type = { apiVersion: apiVersion(resource), kind: resource.kind };
  return {
    items: list.map((item) => ({ ...type, ...item })),
    resourceVersion: textOrEmpty(metadata['resourceVersion']),
    continue: textOrEmpty(metadata['continue']),
  };
}

export function watchEventOf(context: CallContext, line: unknown): WatchEvent {
  const { type, object } = isRecord(line) ? line : {};
  const isEvent =
    type === 'ERROR' || type === 'BOOKMARK'
      ? isRecord(object) && (type === 'ERROR' || isRecord(object['metadata']))
      : (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') && isNamed(object);
  if (!isEvent)
    throw new ProtocolError(context, { message: `a line of the watch is no watch event; ${notKubernetes}` });
  return line as WatchEvent;
}

export function jsonObject(context: CallContext, text: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Told below: the parser's message would quote the body.
  }
  if (isRecord(body)) return body;
  throw new ProtocolError(context, { message: `the answer is not a JSON object; ${notKubernetes}` });
}

const notKubernetes = 'this is not a Kubernetes API server';

function isNamed(value: unknown): boolean {
  return isRecord(value) && isRecord(value['metadata']) && typeof value['metadata']['name'] === 'string';
}

function textOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
