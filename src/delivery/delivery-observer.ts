/** Told what a delivery does, for metrics. */
export interface DeliveryObserver {
  wrote?(verb: 'apply' | 'delete', outcome: 'ok' | 'error'): void;
  phaseTook?(phase: string, milliseconds: number): void;
  /** One object was put back, so long after its drift was noticed. */
  mended?(milliseconds: number): void;
}
