import { maskSecrets } from '../../controller/index.ts';
import { describeIdentity, type DeliveryReport } from '../../delivery/index.ts';
import { ForbiddenError } from '../../kube/index.ts';

/** In characters: it stands in a status, beside those of all other members. */
const longest = 300;
const shownRights = 6;

/** Why nothing could be delivered, as the member's row tells it. */
export function describeTrouble(error: unknown, namespace: string): string {
  if (error instanceof ForbiddenError) {
    const { verb, resource } = error.context;
    return `forbidden: the credential may not ${verb} ${resource} in namespace '${namespace}'`;
  }
  return shortened(error instanceof Error ? error.message : 'unknown error');
}

/** What a member does not allow, of all that would be needed. */
export function describeMissing(rights: readonly string[], namespace: string): string {
  const more = rights.length > shownRights ? ` and ${rights.length - shownRights} more` : '';
  const list = rights.slice(0, shownRights).join(', ');
  return shortened(`forbidden: the credential may not ${list}${more} in namespace '${namespace}'`);
}

/** What a delivery that went through left undone, or cannot see; undefined where there is nothing to tell. */
export function troubleOf(report: DeliveryReport, namespace: string): string | undefined {
  const [refused] = report.refused;
  if (refused !== undefined) {
    const { identity, error } = refused;
    return shortened(`${describeIdentity(identity)}: ${describeTrouble(error, namespace)}`);
  }
  if (report.unwatched.length === 0) return undefined;
  const unwatched = report.unwatched.map(({ resource }) => resource).join(', ');
  return shortened(`changes there are not seen: forbidden: the credential may not watch ${unwatched}`);
}

function shortened(text: string): string {
  const masked = maskSecrets(text);
  return masked.length <= longest ? masked : `${masked.slice(0, longest - 1)}…`;
}
