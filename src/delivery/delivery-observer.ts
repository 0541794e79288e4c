/** Told what a delivery does, for metrics. */
export interface DeliveryObserver {
  wrote?(verb: 'apply' | 'delete', outcome: 'ok' | 'error'): void;
  phaseTook?(phase: string, milliseconds: number): void;
}
