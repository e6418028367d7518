import type { Server } from 'node:http';

/**
 * Looks at an event of an HTTP server (`connection`, `request`, `upgrade` and others) before those behind it.
 * @param pass has the next one look, and the listeners of the event in the end; now, later, or never
 * @returns as `emit` does
 */
export type Gate = (event: string, args: readonly unknown[], pass: () => boolean) => boolean;

/** Puts gates before all that listens to the server, whenever it begins to: the first one sees everything first. */
export function putGates(server: Server, gates: readonly Gate[]): void {
  const { emit } = server;
  server.emit = function (this: Server, event: string, ...args: unknown[]) {
    const lookFrom = (i: number): boolean => {
      const gate = gates[i];
      return gate ? gate(event, args, () => lookFrom(i + 1)) : Reflect.apply(emit, this, [event, ...args]);
    };
    return lookFrom(0);
  } as Server['emit'];
}
