import { $changes, type Schema } from '@colyseus/schema';

/** So many instances can a state make in one process before its ids meet those of the next one. */
const idsEach = 65_536;

/**
 * A client that reconnects by itself keeps its decoder, and an id that meant something else there would garble its state
 * without a word. So the ids of each process that has the room begin above all that any before it can have used.
 * @param claims how often the room was claimed: its fencing token.
 */
export function useFreshIds(state: Schema, claims: number): void {
  const { root } = state[$changes] as unknown as { root: { nextUniqueId: number } };
  root.nextUniqueId = Math.max(root.nextUniqueId, claims * idsEach);
}
