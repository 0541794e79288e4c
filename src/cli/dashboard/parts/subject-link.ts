import type { FleetStatus } from '../../status/fleet-status.ts';
import { subjectPlace } from '../subject-place.ts';
import { html, type Html } from './html.ts';
import { link } from './link.ts';

/** What a problem is about, with a link where it has a page. */
export function subjectLink(subject: string, fleet: FleetStatus): Html {
  const place = subjectPlace(subject, fleet);
  return place === undefined ? html`${subject}` : link(place, subject);
}
