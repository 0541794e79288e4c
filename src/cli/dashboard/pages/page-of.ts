import type { Place, SimulationPlace } from '../place.ts';
import { clusterPage } from './cluster-page.ts';
import { fleetPage } from './fleet-page.ts';
import { installationPage } from './installation-page.ts';
import { memberPage } from './member-page.ts';
import type { Look, Page } from './page.ts';
import { scaledObjectPage } from './scaled-object-page.ts';

/** A place whose page follows the hub. */
export type LivePlace = Exclude<Place, SimulationPlace>;

/** The page of a place; undefined where there is nothing, or nothing any more. */
export function pageOf(place: LivePlace, look: Look): Page | undefined {
  switch (place.view) {
    case 'fleet':
      return fleetPage(place, look);
    case 'cluster':
      return clusterPage(place.name, look);
    case 'serving':
    case 'eventing':
      return installationPage({ ...place, view: place.view }, look);
    case 'member':
      return memberPage(place, look);
    case 'dso':
      return scaledObjectPage(place, look);
  }
}
