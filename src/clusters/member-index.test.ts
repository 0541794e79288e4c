import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Member, MemberIndex } from './member-index.ts';

const profile = fc
  .record({
    namespace: fc.constantFrom('a', 'b'),
    name: fc.constantFrom('one', 'two', 'three'),
    memberId: fc.constantFrom(undefined, 'x', 'y', 'b/x'),
  })
  .map((one) => ({ ...one, key: `${one.namespace}/${one.name}` }));
const change = fc.oneof(
  fc.record({ put: profile }),
  fc.record({ drop: profile }),
  fc.record({ hold: fc.uniqueArray(profile, { selector: ({ key }) => key }) }),
);

test('whatever happens to profiles, those alike are those with one namespace and member id', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const index = new MemberIndex<Member>();
      const all = new Map<string, Member>();
      for (const one of changes) {
        if ('put' in one) {
          index.put(one.put.key, one.put);
          all.set(one.put.key, one.put);
        } else if ('drop' in one) {
          index.put(one.drop.key, undefined);
          all.delete(one.drop.key);
        } else {
          index.hold(one.hold);
          all.clear();
          for (const filled of one.hold) all.set(filled.key, filled);
        }
      }
      const keys = (members: Iterable<Member>): string[] => [...members].map(({ key }) => key).toSorted();
      for (const member of all.values()) {
        expect(index.get(member.key)).toBe(member);
        const alike = [...all.values()].filter(
          (other) =>
            member.memberId !== undefined &&
            other.namespace === member.namespace &&
            other.memberId === member.memberId,
        );
        expect(keys(index.alike(member))).toEqual(keys(alike));
      }
    }),
  );
});
