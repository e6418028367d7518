import type { PlayerLeft, RoomJoined, ToClient } from './protocol/toClient.ts';

/** What happened in a room, for other code on the server to subscribe to (protocol.md, 8). */
export interface HookPayloads {
  room_created: ToClient['create_room_success'];
  /** Also for who was seated already, on a new connection: then `already_joined` is true. */
  room_joined: RoomJoined & { name: string; already_joined: boolean };
  leave_room: PlayerLeft;
  room_closed: ToClient['room_closed'];
}

export type HookName = keyof HookPayloads;

/** May be async; what it returns is not waited for. */
export type Subscriber<Name extends HookName> = (payload: Readonly<HookPayloads[Name]>) => void | Promise<void>;

export interface Hooks {
  /**
   * Calls `subscriber` whenever `name` happens.
   * @param priority the higher ones are called first, equal ones in the order in which they subscribed
   * @returns a function that ends the subscription.
   */
  on<Name extends HookName>(name: Name, subscriber: Subscriber<Name>, priority?: number): () => void;
  /**
   * Tells the subscribers, a turn of the event loop later, so that the room goes on first. None of them can change what
   * the others are told.
   */
  emit<Name extends HookName>(name: Name, payload: HookPayloads[Name]): void;
}

interface Subscription {
  subscriber: Subscriber<HookName>;
  priority: number;
}

/** @param report told of a subscriber that throws or rejects; it harms nobody else. */
export function createHooks(report: (name: HookName, error: unknown) => void): Hooks {
  const subscriptions = new Map<HookName, Subscription[]>();
  const subscriptionsTo = (name: HookName) => subscriptions.get(name) ?? [];

  return {
    on(name, subscriber, priority = 0) {
      const subscription = { subscriber: subscriber as Subscriber<HookName>, priority };
      const all = [...subscriptionsTo(name), subscription];
      subscriptions.set(
        name,
        all.sort((a, b) => b.priority - a.priority),
      );
      return () => {
        subscriptions.set(
          name,
          subscriptionsTo(name).filter((other) => other !== subscription),
        );
      };
    },

    emit(name, payload) {
      const told = Object.freeze(structuredClone(payload));
      setImmediate(() => {
        for (const { subscriber } of subscriptionsTo(name)) tell(subscriber, told, (error) => report(name, error));
      });
    },
  };
}

async function tell<T>(subscriber: (payload: T) => unknown, payload: T, report: (error: unknown) => void) {
  try {
    await subscriber(payload);
  } catch (error) {
    report(error);
  }
}
