/** A name of a metric as KEDA makes it from any text. */
export function normalised(name: string): string {
  return name.replaceAll(/[/.:%()]/g, '-');
}

/** The name that the autoscaler uses: it tells apart metrics of several triggers. */
export function indexed(index: number, name: string): string {
  return `s${index}-${name}`;
}
