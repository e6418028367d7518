import { ClientState } from '@colyseus/core';
import { ArraySchema, Callbacks } from '@colyseus/schema';
import { SchemaSerializer as SdkSerializer } from '@colyseus/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeardHands } from '../../harness/heardHands.ts';
import { FreshIds } from '../../src/colyseus/freshIds.ts';
import { SharedSerializer } from '../../src/colyseus/serializer.ts';
import { freshDeck, type PointRules, pointsOf, rankOf, suitOf } from '../../src/game/cards.ts';
import { isRunning } from '../../src/game/room.ts';
import type { Room } from '../../src/game/state.ts';
import { type PublicView, publicView } from '../../src/game/view.ts';
import type { StateJson, SyncedCard } from '../../src/protocol/state.ts';
import { type PlayerState, RecallState, SlotState } from '../../src/rooms/schema/state.ts';
import { StateWriter } from '../../src/rooms/schema/sync.ts';
import { anyRules } from '../game/randomPlan.ts';
import { type Stop, wander } from './wander.ts';

/** A room's state on the server, and clients that decode what goes out, as Colyseus and its SDK do it. */
class Broadcast {
  readonly state = new RecallState();
  readonly #writer = new StateWriter(this.state);
  readonly #serializer = new SharedSerializer<RecallState>();
  readonly #clients: Viewer[] = [];
  readonly #ids: FreshIds;

  /** @param claims how many processes have had the room, this one included */
  constructor(room: Room, claims = 1) {
    this.#serializer.reset(this.state);
    this.#ids = new FreshIds(this.state, claims === 1 ? 0 : room.n, claims);
    this.#writer.settings(room.settings);
    this.#writer.show(publicView(room));
  }

  hasUsedUpIds({ n }: Room): boolean {
    return this.#ids.areUsedUp(n);
  }

  join(viewer = new Viewer(this.#serializer.handshake())): Viewer {
    viewer.fullState(this.#serializer.getFullState());
    this.#clients.push(viewer);
    return viewer;
  }

  drop(viewer: Viewer): void {
    this.#clients.splice(this.#clients.indexOf(viewer), 1);
  }

  /** @returns how many bytes each client got. */
  show(room: Room): number {
    this.#writer.show(publicView(room));
    return this.flush();
  }

  /** @returns how many bytes each client got. */
  flush(): number {
    let bytes = 0;
    const clients = this.#clients.map((viewer) => ({
      state: ClientState.JOINED,
      raw: (patch: Uint8Array) => {
        bytes = patch.byteLength;
        viewer.patch(patch);
      },
    }));
    this.#serializer.applyPatches(clients as never);
    return bytes;
  }
}

class Viewer {
  readonly #sdk = new SdkSerializer<RecallState>();

  constructor(handshake: Uint8Array) {
    this.#sdk.handshake(handshake, { offset: 0 });
  }

  fullState(bytes: Uint8Array): void {
    this.#sdk.setState(bytes.slice(), { offset: 1 });
  }

  patch(bytes: Uint8Array): void {
    this.#sdk.patch(bytes.slice(), { offset: 1 });
  }

  get sees(): unknown {
    return this.#sdk.getState().toJSON();
  }

  /** What it knows of hands by its listeners alone, as a client that animates does. */
  listen(): HeardHands {
    return new HeardHands(Callbacks.get<RecallState>(this.#sdk.decoder));
  }

  hears(hands: HeardHands): void {
    hands.compare(this.#sdk.getState());
  }
}

/** protocol.md 5, written down again. */
function expected(room: Room): Required<StateJson> {
  const view = publicView(room);
  const session = (seat: number | null) => view.players.find((one) => one.seat === seat)?.sessionId ?? '';
  const card = (face: number | null | undefined): SyncedCard =>
    face == null ? { rank: '', suit: '' } : { rank: rankOf(face), suit: suitOf(face) };
  return {
    roomId: room.roomId,
    ownerId: view.ownerId,
    permission: 'public',
    gameType: room.settings.gameType,
    phase: view.phase,
    maxPlayers: room.settings.maxPlayers,
    minPlayers: 2,
    turnTimeLimit: 30,
    startsAt: view.startsAt ?? 0,
    turn: session(view.turn),
    deadlineAt: view.deadlineAt ?? 0,
    drawPile: view.drawPile,
    discardTop: card(view.discardTop),
    discardCount: view.discardCount,
    recallCalledBy: view.recallCalledBy ?? '',
    winners: view.winners,
    matchNumber: view.matchNumber,
    dealCommitment: view.dealCommitment,
    dealSeed: view.dealSeed,
    dealFormula: view.dealFormula,
    shortWindows: room.settings.shortWindows,
    players: Object.fromEntries(
      view.players.map((one) => [
        one.sessionId,
        {
          sessionId: one.sessionId,
          userId: one.userId,
          name: one.name,
          seat: one.seat,
          dealNonce: one.dealNonce,
          isBot: one.isBot,
          connected: one.connected,
          status: one.status,
          cardCount: one.hand.filter(Boolean).length,
          hand: one.hand.map((held) => ({ empty: !held, faceUp: held?.card != null, ...card(held?.card) })),
          collectionRank: one.collectionRank ?? '',
          points: one.points ?? 0,
          missedTurns: one.missedTurns,
          place: one.place,
          winType: one.winType,
          playedByBot: one.playedByBot,
          dealCommitment: one.dealCommitment,
          dealPart: one.dealPart,
        },
      ]),
    ),
  };
}

function walk(seed: number, stops: number, settings = {}): Stop[] {
  const all: Stop[] = [];
  for (const stop of wander(seed, settings)) if (all.push(stop) >= stops) break;
  return all;
}

test('what a client decodes is what everybody may know, whenever it joined (never again 41)', () => {
  fc.assert(
    fc.property(fc.integer(), anyRules, (seed, rules) => {
      const [first, ...later] = walk(seed, 200, rules);
      const broadcast = new Broadcast((first as Stop).room);
      const early = broadcast.join();
      const away = broadcast.join();
      let late: Viewer | undefined;
      for (const [i, { room }] of later.entries()) {
        if (i % 40 === 20) broadcast.drop(away);
        broadcast.show(room);
        if (i % 40 === 35) broadcast.join(away);
        if (i === 60) late = broadcast.join();
        expect(early.sees).toEqual(expected(room));
        if (i % 40 < 20 || i % 40 >= 35) expect(away.sees).toEqual(expected(room));
        if (late) expect(late.sees).toEqual(expected(room));
      }
    }),
    { numRuns: 40 },
  );
});

test('who listens to hands is told of each card that comes, changes and goes, once (never again 54)', () => {
  fc.assert(
    fc.property(fc.integer(), anyRules, (seed, rules) => {
      const [first, ...later] = walk(seed, 300, rules);
      const broadcast = new Broadcast((first as Stop).room);
      const viewer = broadcast.join();
      const hands = viewer.listen();
      for (const { room } of later) {
        broadcast.show(room);
        expect(viewer.sees).toEqual(expected(room));
        viewer.hears(hands);
        expect(hands.faults).toEqual([]);
      }
    }),
    { numRuns: 30 },
  );
});

test('a hand that is replaced is noticed by who listens, since its listeners are told nothing of it (never again 54)', () => {
  const stops = walk(1, 100);
  const { room } = stops.find((stop) => isRunning(stop.room)) as Stop;
  const broadcast = new Broadcast(room);
  const viewer = broadcast.join();
  const hands = viewer.listen();
  viewer.hears(hands);
  expect(hands.faults).toEqual([]);
  const player = [...broadcast.state.players.values()][0] as PlayerState;
  const { hand } = player;
  player.hand = new ArraySchema(...hand.map((slot) => slot.clone()), new SlotState());
  broadcast.flush();
  viewer.hears(hands);
  expect(hands.faults.join()).toContain('heard was');
});

test('who keeps their decoder through takeovers sees what everybody may know, and no process uses up its ids (never again 41)', () => {
  fc.assert(
    fc.property(fc.integer(), anyRules, (seed, rules) => {
      let claims = 1;
      let broadcast: Broadcast | undefined;
      let viewer: Viewer | undefined;
      let hands: HeardHands | undefined;
      for (const [i, { before, room }] of walk(seed, 200, rules).entries()) {
        if (i % 20 === 1) {
          broadcast = new Broadcast(before, claims++);
          viewer = broadcast.join(viewer);
          hands ??= viewer.listen();
          viewer.hears(hands);
        }
        broadcast?.show(room);
        if (viewer) expect(viewer.sees).toEqual(expected(room));
        if (hands) viewer?.hears(hands);
        expect(hands?.faults ?? []).toEqual([]);
        expect(broadcast?.hasUsedUpIds(room)).not.toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});

test('what has not changed is not sent', () => {
  const stops = walk(7, 150);
  const broadcast = new Broadcast((stops[0] as Stop).room);
  broadcast.join();
  for (const { room } of stops) {
    broadcast.show(room);
    expect(broadcast.show(room)).toBe(0);
  }
});

test('a drawn card changes a handful of bytes, and none of them say which (never again 1, 2)', () => {
  const sizes = new Set<number>();
  for (let seed = 0; seed < 30; seed++) {
    const stops = walk(seed, 120);
    const broadcast = new Broadcast((stops[0] as Stop).room);
    broadcast.join();
    for (const { room, events } of stops) {
      const bytes = broadcast.show(room);
      if (events.length === 1 && events[0]?.type === 'drew' && isRunning(room)) sizes.add(bytes);
    }
  }
  expect(Math.max(...sizes)).toBeLessThan(60);
});

test('the state can say whatever a hand may count, by any rules, the least and the most included', () => {
  const view = walk(1, 200)
    .map(({ room }) => publicView(room))
    .find(({ players }) => players.length > 0) as PublicView;
  const inOrder = (rules: PointRules) => freshDeck(8).sort((a, b) => pointsOf(a, rules) - pointsOf(b, rules));
  fc.assert(
    fc.property(anyRules, fc.boolean(), fc.integer({ min: 0, max: 12 }), (rules, least, cards) => {
      const deck = inOrder(rules);
      const hand = deck.slice(...(least ? [0, cards] : [deck.length - cards]));
      const points = hand.reduce((sum, card) => sum + pointsOf(card, rules), 0);
      const state = new RecallState();
      new StateWriter(state).show({ ...view, players: view.players.map((player) => ({ ...player, points })) });
      const serializer = new SharedSerializer<RecallState>();
      serializer.reset(state);
      const viewer = new Viewer(serializer.handshake());
      viewer.fullState(serializer.getFullState());
      const { players } = viewer.sees as ReturnType<typeof expected>;
      for (const player of Object.values(players)) expect(player.points).toBe(points);
    }),
  );
});

test('a card that is swapped or moved face down leaves no trace of which it was (never again 4)', () => {
  let swaps = 0;
  for (let seed = 0; seed < 40; seed++) {
    const stops = walk(seed, 200);
    const broadcast = new Broadcast((stops[0] as Stop).room);
    const viewer = broadcast.join();
    for (const { room, before, events } of stops) {
      const hands = () => (viewer.sees as ReturnType<typeof expected>).players;
      const handsBefore = structuredClone(hands());
      broadcast.show(room);
      const [event] = events;
      if (event?.type !== 'jack_swapped') continue;
      const isDown = ({ seat, slot }: typeof event.first) =>
        before.match?.players.find((one) => one.seat === seat)?.hand[slot]?.faceUp === false;
      if (!isDown(event.first) || !isDown(event.second)) continue;
      swaps++;
      for (const [id, { hand }] of Object.entries(hands())) expect(hand).toEqual(handsBefore[id]?.hand);
    }
  }
  expect(swaps).toBeGreaterThan(5);
});
