export type { AliasClaim } from './alias-table.ts';
export * from './member.ts';
export { Members } from './members.ts';
export { memberLabel, SecretMembers } from './secret-members.ts';
