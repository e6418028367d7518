import type { Room } from '@colyseus/core';

/**
 * For the playground, which offers the messages that are registered with a room: those of all rooms of a class, which are
 * answered another way (frames.ts). To register them with each room takes 9 KB of it.
 * @param validators by message
 */
export function offerMessages(type: { readonly prototype: Room }, validators: Readonly<Record<string, object>>): void {
  const events = Object.fromEntries(Object.keys(validators).map((message) => [message, []]));
  Object.defineProperties(type.prototype, {
    onMessageEvents: { get: () => ({ events }) },
    onMessageValidators: { get: () => validators },
  });
}
