import type { StateCallbackStrategy } from '@colyseus/schema';
import type { SyncedSlot } from '../src/protocol/state.ts';
import type { RecallState } from '../src/rooms/schema/state.ts';

type Slot = { toJSON(): object };
const copyOf = (slot: Slot) => ({ ...slot.toJSON() }) as SyncedSlot;
/** What lies in which slot. */
type Hand = Map<number, SyncedSlot>;
const textOf = (hand: Iterable<[number, SyncedSlot]>) => JSON.stringify([...hand].sort(([a], [b]) => a - b));

/**
 * The hands at a table as a client has them that animates by Colyseus' callbacks: it looks at what they tell alone, and each
 * of them tells of each card that comes, changes and goes once.
 */
export class HeardHands {
  /** By session id. */
  readonly hands = new Map<string, Hand>();
  /** What can't be, a line each. */
  readonly faults: string[] = [];
  readonly heard = { patches: 0, players: 0, adds: 0, changes: 0, removes: 0 };
  /** In this patch. */
  readonly #added = new Set<unknown>();
  readonly #changed = new Set<unknown>();

  /** @param callbacks of a room or a decoder that may have its state by then */
  constructor(callbacks: StateCallbackStrategy<RecallState>) {
    callbacks.onAdd('players', (player, key) => {
      const sessionId = key as string;
      if (this.hands.has(sessionId)) this.faults.push(`${sessionId} sat down twice`);
      this.heard.players++;
      const hand: Hand = new Map();
      this.hands.set(sessionId, hand);
      callbacks.onAdd(player, 'hand', (slot, at) => {
        const i = at as number;
        this.heard.adds++;
        if (i !== hand.size) this.faults.push(`${sessionId} got slot ${i}, and had ${hand.size} slots`);
        hand.set(i, copyOf(slot));
        this.#added.add(slot);
        callbacks.onChange(slot, () => this.#changes(`${sessionId} ${i}`, hand, i, slot));
      });
      callbacks.onRemove(player, 'hand', (_, i) => {
        this.heard.removes++;
        if (!hand.delete(i as number)) this.faults.push(`${sessionId} lost slot ${i}, and had none`);
      });
    });
    callbacks.onRemove('players', (_, key) => {
      if (!this.hands.delete(key as string)) this.faults.push(`${key} went, and did not sit there`);
    });
  }

  /** To be asked after each patch: whether it has heard what the state has. */
  compare(state: { readonly players: Iterable<[string, { readonly hand: Iterable<Slot> }]> }): void {
    this.heard.patches++;
    this.#added.clear();
    this.#changed.clear();
    const seen = new Map([...state.players].map(([id, { hand }]) => [id, [...hand].map(copyOf).entries()]));
    for (const id of new Set([...seen.keys(), ...this.hands.keys()])) {
      const [is, heard] = [textOf(seen.get(id) ?? []), textOf(this.hands.get(id) ?? [])];
      if (seen.has(id) !== this.hands.has(id) || is !== heard) {
        this.faults.push(`${id} has ${is}, and heard was ${heard}`);
      }
    }
  }

  #changes(where: string, hand: Hand, i: number, slot: Slot): void {
    this.heard.changes++;
    if (this.#changed.has(slot)) this.faults.push(`${where} changed twice in a patch`);
    this.#changed.add(slot);
    const now = copyOf(slot);
    // What a slot is at first comes as a change too, with the slot.
    const isNews = this.#added.has(slot) || JSON.stringify(now) !== JSON.stringify(hand.get(i));
    if (!isNews) this.faults.push(`${where} changed, and is as it was`);
    hand.set(i, now);
  }
}
