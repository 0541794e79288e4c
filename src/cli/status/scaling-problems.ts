import { typedName } from './installation.ts';
import type { MemberStatus } from './member-status.ts';
import type { Problem } from './problem.ts';
import { isExplainedBy, type ScaledObjectStatus } from './scaled-object-status.ts';

/** What is wrong with members and the objects that use them: a member out of reach is one problem, not one for each object. */
export function scalingProblems(
  members: readonly MemberStatus[],
  objects: readonly ScaledObjectStatus[],
): readonly Problem[] {
  return [
    ...members.flatMap(memberProblem),
    ...objects.filter((object) => !isExplainedBy(object, members)).flatMap(scaledObjectProblem),
  ];
}

export function memberProblem({ name, level, code, info, state, objects }: MemberStatus): readonly Problem[] {
  if (level !== 'error' && level !== 'warning') return [];
  const count = objects === 1 ? '1 object' : `${objects} objects`;
  const used = objects === 0 ? '' : `; used by ${count}`;
  const message = `${(info ?? `it is ${state}`).replace(/\.$/, '')}${used}`;
  const subject = `member/${name}`;
  return [{ subject, level, code, message, since: undefined, command: `status ${subject}` }];
}

export function scaledObjectProblem(object: ScaledObjectStatus): readonly Problem[] {
  const { level, code, reason, message, since, state } = object;
  if (level !== 'error' && level !== 'warning') return [];
  const subject = typedName(object);
  const text = message ?? reason ?? `it is ${state}`;
  return [{ subject, level, code, message: text.replace(/\.$/, ''), since, command: `explain ${subject}` }];
}
