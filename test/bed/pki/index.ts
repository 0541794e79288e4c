export { createAuthority, issueCertificate } from './authority.ts';
export type { Authority, KeyPair } from './authority.ts';
