/**
 * Spans of what the server does, for whoever has set `OTEL_EXPORTER_OTLP_ENDPOINT` (tracing.ts). Without it, what is
 * traced is called and nothing else.
 */

/** What is said of a span: never a secret, nor what depends on a hidden card. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** What records spans. */
export interface Tracing {
  /** @param parent the span of another process, as `parent` gave it there; else the span that is under way here, if any */
  span<T>(name: string, attributes: Attributes, run: () => T, parent?: string): T;
  /** Whether a span is under way. */
  readonly isUnderWay: boolean;
  /** Says more of it. */
  annotate(attributes: Attributes): void;
  /** The same function, within what is under way now, whenever it is called. */
  bind<T>(run: () => T): () => T;
  /** What is under way, for another process. */
  parent(): string | undefined;
}

let tracing: Tracing | undefined;

/** From now on spans are recorded. */
export function traceBy(by: Tracing): void {
  tracing = by;
}

/** A span that nothing has to be under way for: a message, or a call. */
export const trace = <T>(name: string, attributes: Attributes, run: () => T): T =>
  tracing ? tracing.span(name, attributes, run) : run();

/** A span of what is under way, where something is. */
export const span = <T>(name: string, run: () => T): T => (tracing?.isUnderWay ? tracing.span(name, {}, run) : run());

/** A span of what is under way in another process. @param parent by `traceParent`, there */
export const spanOf = <T>(parent: string | undefined, name: string, run: () => T): T =>
  tracing && parent !== undefined ? tracing.span(name, {}, run, parent) : span(name, run);

export const annotate = (attributes: Attributes): void => tracing?.annotate(attributes);

/** For what waits in a queue, where it is called by whatever is under way then. */
export const bound = <T>(run: () => T): (() => T) => (tracing?.isUnderWay ? tracing.bind(run) : run);

export const traceParent = (): string | undefined => tracing?.parent();
