/** How many replicas one step may move because of an outage or a return; at least one, unless nothing shall move. */
export function stepSize(total: number, maxRebalancePercentage: number): number {
  const percentage = Math.min(100, maxRebalancePercentage);
  return percentage <= 0 ? 0 : Math.max(1, Math.floor((total * percentage) / 100));
}
