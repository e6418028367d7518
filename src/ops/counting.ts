import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What this process counts and measures, as `GET /metrics` shows it. One for the process, as with Prometheus everywhere. */
export const registry = new Registry();

/** The labels of a metric, each with all its values: never an id or what a client has made up, so that there is an end to them. */
type Labels = Readonly<Record<string, readonly string[]>>;
/** One value of each. */
type Of<L extends Labels> = { readonly [Name in keyof L]: L[Name][number] };
/** A metric without labels is counted without them. */
type LabelsOf<L extends Labels> = keyof L extends never ? [] : [of: Of<L>];

export interface Counts<L extends Labels> {
  inc(...of: LabelsOf<L>): void;
}
export interface Shows<L extends Labels> extends Counts<L> {
  set(...value: [...LabelsOf<L>, value: number]): void;
  dec(...of: LabelsOf<L>): void;
}
export interface Measures<L extends Labels> {
  /** @param value in the unit of the metric's name */
  observe(...value: [...LabelsOf<L>, value: number]): void;
}

type None = Readonly<Record<never, never>>;

/** How often something has happened since the process began. @param name ends in `_total` */
export function counter<const L extends Labels = None>(name: string, help: string, labels = {} as L): Counts<L> {
  const made = new Counter({ name, help, labelNames: Object.keys(labels), registers: [registry] });
  // From the start: Prometheus sees no increase in what appears as 1.
  for (const of of combinationsOf(labels)) made.inc(of, 0);
  return made as unknown as Counts<L>;
}

/** How much there is of something now. */
export function gauge<const L extends Labels = None>(name: string, help: string, labels = {} as L): Shows<L> {
  const made = new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] });
  for (const of of combinationsOf(labels)) made.set(of, 0);
  return made as unknown as Shows<L>;
}

/** How long something takes. @param name ends in `_seconds`  @param buckets their upper bounds, s */
export function histogram<const L extends Labels = None>(
  name: string,
  help: string,
  buckets: number[],
  labels = {} as L,
): Measures<L> {
  const made = new Histogram({ name, help, buckets, labelNames: Object.keys(labels), registers: [registry] });
  for (const of of combinationsOf(labels)) made.zero(of);
  return made as unknown as Measures<L>;
}

/** Node's own figures, by the names that they have everywhere. To be called once. */
export function collectProcess(): void {
  collectDefaultMetrics({ register: registry });
  // These go through every socket each time somebody asks.
  for (const name of ['handles', 'requests', 'resources']) {
    for (const one of [name, `${name}_total`]) registry.removeSingleMetric(`nodejs_active_${one}`);
  }
}

function combinationsOf(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (all, [name, values]) => all.flatMap((of) => values.map((value) => ({ ...of, [name]: value }))),
    [{}],
  );
}
