import { groupVersionKind, type KubeObject } from '../../api/index.ts';
import { describeIdentity, identityOf } from '../../delivery/index.ts';
import { isFullImageReference, isImageReference, pinnedImagesIn } from './image-reference.ts';

/** An image, and the objects that name it: `Deployment knative-serving/activator`. */
export interface UsedImage {
  readonly image: string;
  readonly usedBy: readonly string[];
}

/**
 * Every image that objects name: in containers, and where programs find the images of what they create, such as
 * arguments, environment variables and ConfigMaps. Sorted by image. Kinds need not be known: a field called `image`
 * counts, a name with `image` in it, and a text that can be nothing else.
 */
export function imagesOf(objects: readonly KubeObject[]): readonly UsedImage[] {
  const users = new Map<string, Set<string>>();
  for (const object of objects) {
    const user = describeIdentity(identityOf(object));
    for (const image of imagesIn(object)) users.set(image, (users.get(image) ?? new Set()).add(user));
  }
  return [...users]
    .map(([image, usedBy]) => ({ image, usedBy: [...usedBy].sort() }))
    .sort((a, b) => (a.image < b.image ? -1 : 1));
}

function imagesIn(object: KubeObject): readonly string[] {
  const { group, kind } = groupVersionKind(object);
  // Schemas describe images, and name none.
  if (kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io') return [];
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, status: _status, ...said } = object;
  return imagesBelow(said, '');
}

/** `name` is the key of the value, or what names it in another way. */
function imagesBelow(value: unknown, name: string): readonly string[] {
  if (typeof value === 'string') return imagesInText(value, name);
  if (Array.isArray(value)) return value.flatMap((item) => imagesBelow(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    // Examples in ConfigMaps are for people.
    if (key.startsWith('_')) return [];
    const isVariable = key === 'value' && 'name' in value && typeof value.name === 'string';
    return imagesBelow(child, isVariable ? (value as { readonly name: string }).name : key);
  });
}

function imagesInText(text: string, name: string): readonly string[] {
  if (text.includes('\n') || text.includes(' ')) return pinnedImagesIn(text);
  // `--queue-image=example.com/queue`
  const [, flag, given] = /^-{1,2}([\w.-]+)=(.+)$/.exec(text) ?? [undefined, name, text];
  if (isFullImageReference(given)) return [given];
  return saysImage(flag) && isImageReference(given) ? [given] : [];
}

/** `image`, `queue-sidecar-image`, `APISERVER_RA_IMAGE`, but not `imagePullPolicy` or `IMAGE_PULL_SECRET`. */
function saysImage(name: string): boolean {
  return /(?:^|[-_.a-z])image$/i.test(name);
}
