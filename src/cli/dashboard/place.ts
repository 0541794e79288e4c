/** What a page of the dashboard is about; each has an address of its own. */
export type Place =
  | {
      readonly view: 'fleet';
      /** Clusters whose name or state has this in it; '' for all. */
      readonly filter: string;
      /** From 1. */
      readonly page: number;
    }
  /** `namespace/name` of its ClusterProfile, or `hub`. */
  | { readonly view: 'cluster'; readonly name: string }
  | { readonly view: ObjectView; readonly namespace: string; readonly name: string }
  | SimulationPlace;

/** What would become of a DistributedScaledObject. */
export interface SimulationPlace {
  readonly view: 'simulation';
  readonly namespace: string;
  readonly name: string;
  /** The member that is lost; '' for none. */
  readonly down: string;
  /** Undefined: as the object has it. */
  readonly total: number | undefined;
  readonly minutes: number;
}

/** A member is named by its KedifyConfiguration's namespace and its own name. */
export type ObjectView = 'member' | 'serving' | 'eventing' | 'dso';

const folders: Readonly<Record<ObjectView, string>> = {
  member: 'members',
  serving: 'serving',
  eventing: 'eventing',
  dso: 'dso',
};
const longestFilter = 253;
const mostPages = 10_000;
/** More is for the command `simulate`: a page is not to keep this process busy. */
export const mostReplicas = 10_000;
const mostMinutes = 360;
export const usualMinutes = 10;

/** The place of a path and query such as `/clusters/fleet/eu-1`; undefined where there is none. */
export function readPlace(address: string): Place | undefined {
  const [path = '', query = ''] = address.split('?', 2);
  if (!path.startsWith('/')) return undefined;
  const segments = decoded(path.slice(1));
  if (segments === undefined) return undefined;
  const [folder, first, second, third, ...more] = segments;
  if (folder === '') return segments.length === 1 ? fleetPlace(new URLSearchParams(query)) : undefined;
  if (!first || second === '' || more.length > 0) return undefined;
  if (folder === 'dso' && second !== undefined && third === 'simulation')
    return simulationPlace(first, second, new URLSearchParams(query));
  if (third !== undefined) return undefined;
  if (folder === 'clusters') {
    if (second !== undefined) return { view: 'cluster', name: `${first}/${second}` };
    return first === 'hub' ? { view: 'cluster', name: first } : undefined;
  }
  const view = (Object.keys(folders) as ObjectView[]).find((known) => folders[known] === folder);
  return view === undefined || second === undefined ? undefined : { view, namespace: first, name: second };
}

/** The path and query that lead to a place. */
export function addressOf(place: Place): string {
  if (place.view === 'fleet') {
    const query = new URLSearchParams();
    if (place.filter !== '') query.set('q', place.filter);
    if (place.page > 1) query.set('page', String(place.page));
    return query.size === 0 ? '/' : `/?${query.toString()}`;
  }
  if (place.view === 'simulation') {
    const { namespace, name, down, total, minutes } = place;
    const query = new URLSearchParams({ down, minutes: String(minutes) });
    if (total !== undefined) query.set('total', String(total));
    return `${addressOf({ view: 'dso', namespace, name })}/simulation?${query.toString()}`;
  }
  const names = place.view === 'cluster' ? place.name.split('/') : [place.namespace, place.name];
  const folder = place.view === 'cluster' ? 'clusters' : folders[place.view];
  return ['', folder, ...names.map(encodeURIComponent)].join('/');
}

/** In the query of a page: it waits for what is seen on the cluster itself. */
export const visitParameter = 'visit';

export const fleetStart: Place = { view: 'fleet', filter: '', page: 1 };

function simulationPlace(namespace: string, name: string, query: URLSearchParams): Place {
  return {
    view: 'simulation',
    namespace,
    name,
    down: (query.get('down') ?? '').slice(0, longestFilter),
    total: wholeNumber(query.get('total'), 0, mostReplicas),
    minutes: wholeNumber(query.get('minutes'), 1, mostMinutes) ?? usualMinutes,
  };
}

function fleetPlace(query: URLSearchParams): Place {
  return {
    view: 'fleet',
    filter: (query.get('q') ?? '').slice(0, longestFilter),
    page: wholeNumber(query.get('page'), 1, mostPages) ?? 1,
  };
}

/** Undefined for what is none, or none of these. */
function wholeNumber(text: string | null, least: number, most: number): number | undefined {
  const number = Number(text);
  return /^\d{1,9}$/.test(text ?? '') && number >= least && number <= most ? number : undefined;
}

function decoded(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
