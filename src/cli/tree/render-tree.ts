import { markTone, markWord } from '../terminal/mark.ts';
import { plainText, shorten } from '../terminal/plain-text.ts';
import { paint, type Style } from '../terminal/style.ts';
import { markOf } from '../status/level.ts';
import type { TreeNode } from './tree-node.ts';

interface Branch {
  readonly node: TreeNode;
  readonly parent: TreeNode | undefined;
  /** What is drawn before the name. */
  readonly lead: string;
}

/** A line for each node, with branches; for screen readers a sentence that says what it belongs to. */
export function renderTree(root: TreeNode, style: Style): readonly string[] {
  const branches = branchesOf({ node: root, parent: undefined, lead: '' }, '', style);
  if (style.accessible) return branches.map((branch) => sentence(branch, style));
  const names = branches.map(({ node, lead }) => lead + plainText(node.name));
  const states = branches.map(({ node }) => plainText(node.state));
  const replicas = branches.map(({ node }) => replicasOf(node) ?? '-');
  const [nameWidth, stateWidth, replicasWidth] = [names, states, replicas].map((cells) =>
    Math.max(...cells.map((cell) => cell.length)),
  );
  const taken = (nameWidth ?? 0) + (stateWidth ?? 0) + (replicasWidth ?? 0) + 6;
  const room = style.width === undefined ? undefined : Math.max(0, style.width - taken);
  return branches.map(({ node }, index) => {
    const note = plainText(node.note ?? '-');
    return [
      (names[index] ?? '').padEnd(nameWidth ?? 0),
      paint(style, markTone(markOf(node.level)), states[index] ?? '') +
        ' '.repeat((stateWidth ?? 0) - (states[index]?.length ?? 0)),
      (replicas[index] ?? '').padEnd(replicasWidth ?? 0),
      room === undefined ? note : shorten(note, room, style.unicode ? '…' : '...'),
    ].join('  ');
  });
}

function branchesOf(branch: Branch, margin: string, style: Style): readonly Branch[] {
  const { node } = branch;
  const [middle, end, pass] = style.unicode ? ['├─ ', '└─ ', '│  '] : ['|- ', '`- ', '|  '];
  return [
    branch,
    ...node.children.flatMap((child, index) => {
      const isLast = index === node.children.length - 1;
      const lead = margin + (isLast ? end : middle);
      return branchesOf({ node: child, parent: node, lead }, margin + (isLast ? '   ' : pass), style);
    }),
  ];
}

/** `4/5`: there are, there are to be. */
function replicasOf({ replicas }: TreeNode): string | undefined {
  return replicas === null ? undefined : `${replicas.current ?? '?'}/${replicas.desired ?? '?'}`;
}

function sentence({ node, parent }: Branch, style: Style): string {
  const { replicas, note } = node;
  const facts = [
    `${markWord(style, markOf(node.level))}, state ${node.state}`,
    ...(replicas === null
      ? []
      : [`${replicas.current ?? 'unknown'} of ${replicas.desired ?? 'unknown'} replicas`]),
    ...(note === null ? [] : [note.replace(/\.$/, '')]),
  ].map(plainText);
  const of = parent === undefined ? '' : `, of ${parent.name}`;
  return `${plainText(`${node.name}${of}`)}: ${facts.join(', ')}.`;
}
