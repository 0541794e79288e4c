export type { AliasClaim } from './alias-table.ts';
export { FileMembers } from './file-members.ts';
export { HubMember } from './hub-member.ts';
export * from './member.ts';
export type { MemberSource } from './member-source.ts';
export { type ConfigurationReference, MemberStatus } from './member-status.ts';
export { Members } from './members.ts';
export { ProfileMembers } from './profile-members.ts';
export { SecretMembers } from './secret-members.ts';
