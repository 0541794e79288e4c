import { interned } from '../api/index.ts';
import { identityKey, type ObjectIdentity } from './identity.ts';

/** One object that was, or is about to be, put on a cluster. */
export interface InventoryEntry extends ObjectIdentity {
  /** Hash of the object as rendered; another hash means that it must be applied again. */
  readonly rendered: string;
  /** Hash of the fields our manager owned after the last apply; absent until the object has been applied. */
  readonly owned?: string | undefined;
  /** Who fields of it were left to; absent where all of it was applied. */
  readonly leftTo?: string | undefined;
}

/** By identity key. */
export type Inventory = ReadonlyMap<string, InventoryEntry>;

/**
 * The text that the anchor keeps: a line per object, sorted, for people as much as for this program:
 * `apps/v1 Deployment knative-serving/activator 3f2a9c1b0d4e 88aa01c2d3e4`. Cluster-scoped names begin with a slash;
 * `-` stands for an object that is not applied yet. A line may end in `left-to:` and names of field managers.
 */
export function formatInventory(inventory: Inventory): string {
  const lines = [...inventory.values()].map(
    ({ apiVersion, kind, namespace = '', name, rendered, owned = '-', leftTo }) =>
      `${apiVersion} ${kind} ${namespace}/${name} ${rendered} ${owned}` +
      (leftTo === undefined ? '' : ` left-to:${leftTo}`),
  );
  return lines.sort().join('\n');
}

const linePattern = /^(\S+) (\S+) ([^\s/]*)\/(\S+) ([0-9a-f]+) ([0-9a-f]+|none|-)(?: left-to:(\S*))?$/;

/** Lines that cannot be read are left out: somebody edited them, and the rest still has to be cleaned up. */
export function parseInventory(text: string): Inventory {
  const entries = new Map<string, InventoryEntry>();
  for (const line of text.split('\n')) {
    const match = linePattern.exec(line.trim());
    if (match === null) continue;
    // Parts of a text hold all of it.
    const parts = match.map((part: string | undefined) => (part === undefined ? part : interned(part)));
    const [, apiVersion = '', kind = '', namespace = '', name = '', rendered = '', owned = '-', leftTo] =
      parts;
    const entry: InventoryEntry = {
      apiVersion,
      kind,
      ...(namespace === '' ? {} : { namespace }),
      name,
      rendered,
      ...(owned === '-' ? {} : { owned }),
      ...(leftTo === undefined ? {} : { leftTo }),
    };
    entries.set(identityKey(entry), entry);
  }
  return entries;
}

export function inventoryOf(entries: Iterable<InventoryEntry>): Inventory {
  return new Map([...entries].map((entry) => [identityKey(entry), entry]));
}
