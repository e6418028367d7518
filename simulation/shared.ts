import { leastBusyOf } from '../src/cluster/leastBusy.ts';
import type { Processes } from '../src/cluster/processes.ts';
import type { Handover, TakeoverOptions } from '../src/cluster/takeover.ts';
import type { Server } from './server.ts';
import type { World } from './world.ts';

/**
 * What the processes of a site share beside the journal, as Redis keeps it: which processes there are, whom it hears,
 * where each room is listed, and what who ends says of its rooms. Who can't reach the journal reaches none of it.
 */
export class Shared {
  readonly #world: World;
  readonly #known = new Set<string>();
  /** By room id: the process that has it, or had. */
  readonly #listed = new Map<string, string>();
  readonly #listeners = new Map<Server, (said: Handover) => void>();
  readonly #unheardUntil = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** It isn't heard for so long, ms, whether it lives or not. */
  unheard(server: Server, ms: number): void {
    this.#unheardUntil.set(server.name, this.#world.schedule.now + ms);
  }

  isHeard(processId: string): boolean {
    return (this.#unheardUntil.get(processId) ?? 0) <= this.#world.schedule.now;
  }

  processesFor({ wire }: Server): Processes {
    return {
      known: async () => {
        wire.reach();
        return new Set(this.#known);
      },
      heardOf: async (processIds) => {
        wire.reach();
        return new Set(processIds.filter((processId) => this.isHeard(processId)));
      },
      add: async (processId) => {
        wire.reach();
        this.#known.add(processId);
      },
      remove: async (processId) => {
        wire.reach();
        this.#known.delete(processId);
      },
    };
  }

  indexFor({ wire }: Server): TakeoverOptions['index'] {
    return {
      query: async ({ processId }) => {
        wire.reach();
        return [...this.#listed].filter(([, at]) => at === processId).map(([roomId]) => ({ roomId }));
      },
      remove: async (roomId, processId) => {
        wire.reach();
        if (this.#listed.get(roomId) === processId) this.#listed.delete(roomId);
      },
    };
  }

  presenceFor(server: Server): TakeoverOptions['presence'] {
    return {
      subscribe: async (_, listener) => void this.#listeners.set(server, listener),
      unsubscribe: async () => void this.#listeners.delete(server),
    };
  }

  /** A room is at that process from now on. */
  list(roomId: string, { name }: Server): void {
    this.#listed.set(roomId, name);
  }

  /** A room is over there. */
  delist(roomId: string, { name }: Server): void {
    if (this.#listed.get(roomId) === name) this.#listed.delete(roomId);
  }

  /** Which process is to open a room. */
  async leastBusy(asker: Server): Promise<Server> {
    const rooms = [...this.#listed.values()];
    const counts = [...this.#known].map((processId) => ({
      processId,
      roomCount: rooms.filter((at) => at === processId).length,
    }));
    const isHeard = async (processId: string) => this.#world.fault === 'deaf' || this.isHeard(processId);
    const chosen = await leastBusyOf(counts, isHeard);
    return (chosen === undefined ? undefined : this.#world.servers.get(chosen)) ?? asker;
  }

  /** The others hear which rooms a process has released. */
  handOver(said: Handover): void {
    const { schedule, random } = this.#world;
    for (const [server, listener] of this.#listeners) {
      if (server.name !== said.from)
        schedule.after(random.between(1, 30), () => server.process.in(() => listener(said)));
    }
  }
}
