import type { Member } from '../members/member.ts';

/** A member that answers, by its canonical id. */
export function aMember(id: string, changes: Partial<Member> = {}): Member {
  const hash = id.indexOf('#');
  return {
    id,
    provider: id.slice(0, hash) as Member['provider'],
    local: id.slice(hash + 1),
    alias: 'a',
    state: 'Ready',
    info: 'It answers.',
    since: 0,
    isDrained: false,
    cluster: undefined,
    ...changes,
  };
}
