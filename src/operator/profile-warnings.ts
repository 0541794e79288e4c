import type { ClusterProfile, ResolvedAccess } from '../clusters/index.ts';
import type { EventRecorder, Logger } from '../controller/index.ts';
import type { Clock } from '../kube/index.ts';

export interface ProfileWarningsOptions {
  readonly events: Pick<EventRecorder, 'record'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** So long before its end a certificate of a CA bundle is worth a word. */
const endsSoonMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Tells what is odd about ClusterProfiles that are in use, although it stops nothing: each text once for each profile, by
 * the log and by an event of the profile; anew only where the oddity went and came back.
 */
export class ProfileWarnings {
  readonly #options: ProfileWarningsOptions;
  /** What was told of each profile, by its key. */
  readonly #told = new Map<string, { readonly uid: string; readonly texts: ReadonlySet<string> }>();

  constructor(options: ProfileWarningsOptions) {
    this.#options = options;
  }

  tell(
    profile: Pick<ClusterProfile, 'key' | 'namespace' | 'name' | 'uid' | 'warnings'>,
    access: Pick<ResolvedAccess, 'warnings' | 'authorityExpiresAt'>,
  ): void {
    const { events, log } = this.#options;
    const { key, namespace, name, uid } = profile;
    const texts = new Set([...profile.warnings, ...access.warnings, ...this.#endsSoon(access)]);
    const before = this.#told.get(key);
    this.#told.set(key, { uid, texts });
    for (const text of texts) {
      if (before?.uid === uid && before.texts.has(text)) continue;
      log.warn({ cluster: key, warning: text }, 'something is odd about a ClusterProfile');
      events.record({
        regarding: {
          apiVersion: 'multicluster.x-k8s.io/v1alpha1',
          kind: 'ClusterProfile',
          namespace,
          name,
          uid,
        },
        reason: 'ClusterProfileOdd',
        action: 'Resolve',
        note: text,
      });
    }
  }

  /** The profile is gone. */
  forget(key: string): void {
    this.#told.delete(key);
  }

  #endsSoon({ authorityExpiresAt: endsAt }: Pick<ResolvedAccess, 'authorityExpiresAt'>): readonly string[] {
    const now = this.#options.clock.now();
    if (endsAt === undefined || endsAt <= now || endsAt > now + endsSoonMs) return [];
    return [`a certificate in certificate-authority-data ends at ${new Date(endsAt).toISOString()}`];
  }
}
