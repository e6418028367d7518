import { Counter, Registry } from 'prom-client';

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

type None = Readonly<Record<never, never>>;

/** How often something has happened since the process began. @param name ends in `_total` */
export function counter<const L extends Labels = None>(name: string, help: string, labels = {} as L): Counts<L> {
  const made = new Counter({ name, help, labelNames: Object.keys(labels), registers: [registry] });
  // From the start: Prometheus sees no increase in what appears as 1.
  for (const of of combinationsOf(labels)) made.inc(of, 0);
  return made as unknown as Counts<L>;
}

function combinationsOf(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (all, [name, values]) => all.flatMap((of) => values.map((value) => ({ ...of, [name]: value }))),
    [{}],
  );
}
