/** Whom an API server is to take the caller for; it lets only those who have the right `impersonate`. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid?: string | undefined;
}

/** As client-go sends it: a header for each group. Whether their values may stand in headers is up to the caller. */
export function impersonationHeaders({
  user,
  groups,
  uid,
}: Impersonation): Readonly<Record<string, string | readonly string[]>> {
  return {
    'impersonate-user': user,
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
    ...(uid === undefined ? {} : { 'impersonate-uid': uid }),
  };
}

/** Whether headers can carry it as it is. */
export function fitsHeader(text: string): boolean {
  return /^[ -~]+$/.test(text);
}
