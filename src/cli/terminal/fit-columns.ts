export interface FittableColumn {
  readonly width: number;
  /** Columns with the highest number go first where there is no room; those without one stay. */
  readonly leaveOut?: number | undefined;
}

export interface FitOptions {
  /** Characters per line; undefined: as many as it takes. */
  readonly limit: number | undefined;
  /** Characters of the line that no column may use. */
  readonly margin: number;
  readonly gap: number;
}

/** The places of the columns that fit into a line, in their order. Columns that must stay do so even where they do not fit. */
export function fitColumns(
  columns: readonly FittableColumn[],
  { limit, margin, gap }: FitOptions,
): readonly number[] {
  let places = columns.map((_, place) => place);
  for (;;) {
    const width = places.reduce(
      (sum, place) => sum + (columns[place]?.width ?? 0),
      margin + gap * (places.length - 1),
    );
    const victim = width <= (limit ?? width) ? undefined : leastNeeded(columns, places);
    if (victim === undefined) return places;
    places = places.filter((place) => place !== victim);
  }
}

function leastNeeded(columns: readonly FittableColumn[], places: readonly number[]): number | undefined {
  return places
    .filter((place) => columns[place]?.leaveOut !== undefined)
    .toSorted((a, b) => (columns[b]?.leaveOut ?? 0) - (columns[a]?.leaveOut ?? 0) || b - a)
    .at(0);
}
