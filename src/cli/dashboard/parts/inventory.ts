import type { InspectedDelivery, InspectedObject, Rollout } from '../../../delivery/index.ts';
import type { Answer } from '../../hub/answer.ts';
import { compareLevels, type Level, worst } from '../../status/level.ts';
import { html, type Html } from './html.ts';
import { section } from './section.ts';
import { state } from './state.ts';
import { visited } from './visited.ts';

/** What an installation has on its cluster: a branch for each kind, the worst first, and open where something is wrong. */
export function inventorySection(inventory: Answer<InspectedDelivery>): Html {
  return section(
    'inventory',
    'Objects on the cluster',
    visited(inventory, (delivery) =>
      delivery.anchor === 'own' ? tree(delivery.objects) : html`<p>${why[delivery.anchor]}</p>`,
    ),
  );
}

const why: Readonly<Record<Exclude<InspectedDelivery['anchor'], 'own'>, string>> = {
  absent: 'Nothing is recorded there: there is no anchor.',
  unlisted: 'The anchor of the reference operator is there, and lists nothing before it is taken over.',
  foreign: 'The anchor there belongs to another object, or another hub.',
};

interface Leaf {
  /** `namespace/name`. */
  readonly name: string;
  readonly word: string;
  readonly level: Level;
  readonly more: string;
}

function tree(objects: readonly InspectedObject[]): Html {
  const leaves = objects.map((object) => ({ kind: object.identity.kind, leaf: leafOf(object) }));
  const branches = [...Map.groupBy(leaves, ({ kind }) => kind)]
    .map(([kind, grouped]) =>
      branchOf(
        kind,
        grouped.map(({ leaf }) => leaf),
      ),
    )
    .toSorted((a, b) => compareLevels(a.level, b.level) || a.kind.localeCompare(b.kind));
  return html`<p>${sumUp(leaves.map(({ leaf }) => leaf))}</p>
    <ul class="tree">
      ${branches.map(branchItem)}
    </ul>`;
}

interface Branch {
  readonly kind: string;
  readonly level: Level;
  readonly leaves: readonly Leaf[];
}

function branchOf(kind: string, leaves: readonly Leaf[]): Branch {
  const sorted = leaves.toSorted((a, b) => compareLevels(a.level, b.level) || a.name.localeCompare(b.name));
  return { kind, level: worst(leaves.map(({ level }) => level)), leaves: sorted };
}

/** With another key once it gets better or worse, so that it opens or closes by itself then, and only then. */
function branchItem({ kind, level, leaves }: Branch): Html {
  const inside = html`<summary>${kind} ${state(sumUp(leaves), level)}</summary>
    <ul>
      ${leaves.map(leafItem)}
    </ul>`;
  return html`<li data-key="${kind} ${level}">
    ${level === 'ok' ? html`<details>${inside}</details>` : html`<details open="">${inside}</details>`}
  </li>`;
}

function leafItem({ name, word, level, more }: Leaf): Html {
  return html`<li data-key="${name}">
    <span class="name">${name}</span> ${state(word, level)}${more === '' ? '' : html` ${more}`}
  </li>`;
}

/** `12 objects: 1 Missing, 11 As applied`. */
function sumUp(leaves: readonly Leaf[]): string {
  const count = leaves.length === 1 ? '1 object' : `${leaves.length} objects`;
  const words = Map.groupBy(
    leaves.toSorted((a, b) => compareLevels(a.level, b.level)),
    ({ word }) => word,
  );
  return `${count}${[...words].map(([word, { length }], index) => `${index === 0 ? ':' : ','} ${length} ${word}`).join('')}`;
}

function leafOf(object: InspectedObject): Leaf {
  const { namespace, name } = object.identity;
  return { name: namespace === undefined ? name : `${namespace}/${name}`, ...stateOf(object) };
}

function stateOf(object: InspectedObject): Omit<Leaf, 'name'> {
  switch (object.state) {
    case 'missing':
      return { word: 'Missing', level: 'error', more: 'it was applied, and is not there' };
    case 'changed': {
      const more = object.by === undefined ? '' : `${object.by} wrote last`;
      return { word: 'Changed', level: 'warning', more };
    }
    case 'unseen':
      return { word: 'Not seen', level: 'warning', more: object.error.status.message };
    case 'notApplied':
      return { word: 'Not applied yet', level: 'waiting', more: '' };
    case 'appliedOnce':
      return { word: 'Applied once', level: 'ok', more: '' };
    case 'asApplied': {
      const { rollout, leftTo } = object;
      const more = leftTo.length === 0 ? '' : `but for what belongs to ${leftTo.join(', ')}`;
      return rollout === undefined || rollout.state === 'complete'
        ? { word: 'As applied', level: 'ok', more }
        : unfinished(rollout, more);
    }
  }
}

function unfinished(
  { state: word, ready, wanted, why: reason }: Exclude<Rollout, { readonly state: 'complete' }>,
  more: string,
): Omit<Leaf, 'name'> {
  const told = [`${ready} of ${wanted} ready`, reason, more].filter(Boolean).join('; ');
  return word === 'failed'
    ? { word: 'Failed', level: 'error', more: told }
    : { word: 'Rolling out', level: 'waiting', more: told };
}
