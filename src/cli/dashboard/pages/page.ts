import type { KubeObject } from '../../../api/index.ts';
import type { InspectedDelivery } from '../../../delivery/index.ts';
import type { Section } from '../../check/check-report.ts';
import { type Answer, notAsked } from '../../hub/answer.ts';
import type { FleetFacts } from '../../status/fleet-facts.ts';
import type { FleetStatus } from '../../status/fleet-status.ts';
import type { Happening } from '../../status/object-status.ts';
import type { Html } from '../parts/html.ts';
import type { Place } from '../place.ts';

/** What is known when a page is made. */
export interface Look {
  readonly facts: FleetFacts;
  readonly fleet: FleetStatus;
  /** Why the facts may be old; undefined while the hub tells every change. */
  readonly stale: string | undefined;
  /** What is read for the page of one object only. */
  readonly extra: Extra;
  /** A command to copy, with the flags about the hub. `line` is without the name of the program. */
  readonly command: (line: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is seen on a cluster itself, not on the hub. */
export interface Visited {
  readonly checks: Answer<Section>;
  /** What an installation has there. */
  readonly inventory: Answer<InspectedDelivery>;
}

/** Before somebody was there. */
export const nothingVisited: Visited = { checks: notAsked('a visit'), inventory: notAsked('a visit') };

export interface Extra extends Visited {
  /** The Events about the object. */
  readonly happenings: Answer<readonly Happening[]>;
  /** The object as the hub has it, where its page shows more than the fleet knows of it. */
  readonly object: Answer<KubeObject>;
}

export interface Page {
  readonly title: string;
  /** Where it stands, from the top down; the page itself is not in it. */
  readonly above: readonly { readonly place: Place; readonly text: string }[];
  /** Whether it follows the hub while it is looked at; default true. */
  readonly isLive?: boolean;
  /** Everything that it tells, for comparison: ages grow while nothing changes. */
  readonly content: unknown;
  /** `now` is milliseconds since the epoch. */
  readonly body: (now: number) => Html;
  /** Whether a change of this subject is one of what the page is about. */
  readonly isAbout: (subject: string) => boolean;
}
