/** Names of things and outcomes; never contents of objects, and nothing secret. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A piece of work that has just ended. */
export interface EndedWork {
  readonly name: string;
  readonly durationMs: number;
  readonly attributes: SpanAttributes;
  readonly failed: boolean;
}

/** What traces show: work, and the work that it is made of. */
export interface Tracing {
  /** Runs work as a span; what ends within it is shown below it. `outcome` is told what the work has resolved with. */
  span<T>(
    name: string,
    attributes: SpanAttributes,
    work: () => Promise<T>,
    outcome: (result: T) => { readonly attributes: SpanAttributes; readonly failed: boolean },
  ): Promise<T>;
  /** Shows a part of the span under way. What goes on beside all spans, such as the renewal of Leases, is not shown. */
  part(work: EndedWork): void;
  /** Shows work that is no part of any other. */
  alone(work: EndedWork): void;
}

export const noTracing: Tracing = {
  span: (_name, _attributes, work) => work(),
  part: () => undefined,
  alone: () => undefined,
};
