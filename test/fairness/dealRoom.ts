import { createHash } from 'node:crypto';
import { fairness, partCommitmentOf } from '../../src/fairness/fairness.ts';
import type { OwnPart } from '../../src/fairness/ownPart.ts';
import type { DealtMatch } from '../../src/fairness/verify.ts';
import { type Card, rankOf, suitOf } from '../../src/game/cards.ts';
import type { Chance } from '../../src/game/chance.ts';
import type { Command } from '../../src/game/commands.ts';
import { decide } from '../../src/game/decide.ts';
import type { Event, EventOf } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { isRefusal } from '../../src/game/refusal.ts';
import { nextDueAt, nextMatchNumber } from '../../src/game/room.ts';
import type { Room, Seat } from '../../src/game/state.ts';
import { type PublicView, publicView } from '../../src/game/view.ts';
import { defaults, people } from '../game/basics.ts';

/** A text that looks random, and follows from another one. */
export const hex32 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The ids of seats are known before their room is opened: whoever grinds may use them. */
export const sessionOf = (userId: string, roomId: string): string => hex32(`${userId} in ${roomId}`).slice(0, 32);

/** A room by the real rules and hashes, whose server chooses its secrets as it likes. */
export class DealRoom {
  room: Room = initial;
  now = 1_700_000_000_000;
  readonly journal: Event[] = [];
  dealt: EventOf<'match_started'> | null = null;
  readonly #chance: Chance;

  /**
   * @param roomId follows everything else from it, so that each room deals otherwise
   * @param chooseSecret what the server takes for its secret, when it needs one
   */
  constructor(roomId: string, players: number, chooseSecret: () => string = () => hex32(`secret of ${roomId}`)) {
    let ids = 0;
    const freshId = () => hex32(`id ${++ids} of ${roomId}`).slice(0, 32);
    this.#chance = { ...fairness, freshSecret: chooseSecret, freshId };
    const settings = { ...defaults, maxPlayers: players, emptyMs: 10 ** 9, reservationMs: 10 ** 9 };
    const entrants = people.slice(0, players).map((userId) => {
      return { userId, name: userId, dealNonce: '', sessionId: sessionOf(userId, roomId) };
    });
    const [owner, ...others] = entrants as [(typeof entrants)[0], ...typeof entrants];
    this.send({ type: 'open', roomId, settings, owner, bots: 0 });
    for (const who of others) this.send({ type: 'enter', who, roles: [], password: 'none', random: false });
    for (const { sessionId } of entrants) this.send({ type: 'connect', sessionId, token: 'token' });
  }

  send(command: Command): void {
    const events = decide(this.room, command, this.now, this.#chance);
    if (isRefusal(events)) throw new Error(`${command.type}: ${events.message}`);
    for (const event of events) {
      if (event.type === 'match_started') this.dealt = event;
      this.journal.push(event);
      this.room = evolve(this.room, event);
    }
  }

  commit(seat: number, nonce: string): void {
    const [matchNumber, { sessionId }] = [nextMatchNumber(this.room), this.room.seats[seat] as Seat];
    const commitment = partCommitmentOf(nonce, this.room.roomId, matchNumber, sessionId);
    this.send({ type: 'request', seat, request: { type: 'deal_commit', matchNumber, commitment } });
  }

  start(): void {
    this.send({ type: 'request', seat: 0, request: { type: 'start_match' } });
  }

  reveal(seat: number, nonce: string): void {
    const matchNumber = nextMatchNumber(this.room);
    this.send({ type: 'request', seat, request: { type: 'deal_reveal', matchNumber, nonce } });
  }

  /** The time to reveal is over. */
  timeIsUp(): void {
    this.now += 2_000;
    this.send({ type: 'time_passed' });
  }

  /** The first turn is had: a match without one leaves no record. */
  playTurn(): void {
    while (this.room.match?.phase !== 'player_turn') {
      this.now = nextDueAt(this.room) ?? this.now;
      this.send({ type: 'time_passed' });
    }
    const seat = this.room.match.turn;
    this.send({ type: 'move', seat, by: 'person', move: { type: 'draw_card' } });
    this.send({ type: 'move', seat, by: 'person', move: { type: 'play_card', slot: -1 } });
    while (this.room.match.phase !== 'player_turn' || this.room.match.turnNumber === 1) {
      this.now = nextDueAt(this.room) ?? this.now;
      this.send({ type: 'time_passed' });
    }
  }

  /** Everybody leaves, so that the match ends. */
  end(): DealtMatch {
    const played = this.match('');
    for (const seat of this.room.seats) {
      if (seat && seat.attendance !== 'left') this.send({ type: 'leave', sessionId: seat.sessionId, reason: 'left' });
    }
    return { ...played, secret: publicView(this.room).dealSeed };
  }

  /** What everybody sees. */
  get view(): PublicView {
    return publicView(this.room);
  }

  /** What is said and seen of the match that runs. The person in seat 0 has seen two cards. */
  match(secret: string) {
    const { dealCommitment: commitment, dealFormula: formula, matchNumber, players, roomId } = this.view;
    const { hands, discard, starter } = this.dealt as EventOf<'match_started'>;
    const { sessionId } = players[0] as (typeof players)[0];
    return {
      ...{ roomId, matchNumber, formula, secret, commitment },
      seats: players.map(({ seat, sessionId, name, dealNonce, dealCommitment, dealPart: part }) => {
        return { seat, sessionId, name, dealNonce, dealCommitment, part };
      }),
      discard: faceOf(discard),
      starter: players.find(({ seat }) => seat === starter)?.sessionId ?? null,
      cards: [1, 3].map((slot) => ({ ...faceOf(hands[0]?.[slot] as Card), sessionId, slot })),
    } satisfies DealtMatch;
  }

  /** What the client in that seat keeps while the parts are being revealed. */
  ownPart(seat: number, nonce: string, confirmed = true): OwnPart {
    const { dealCommitment: serverCommitment, players, roomId } = this.view;
    const seats = players.map(({ seat, sessionId, dealNonce, dealCommitment }) => {
      return { seat, sessionId, dealNonce, dealCommitment };
    });
    const { sessionId } = this.room.seats[seat] as Seat;
    const matchNumber = nextMatchNumber(this.room);
    const closed = { serverCommitment, seats };
    const promised = serverCommitment;
    return { roomId, matchNumber, sessionId, nonce, openedBefore: 0, promised, closed, confirmed };
  }
}

export const faceOf = (card: Card) => ({ rank: rankOf(card), suit: suitOf(card) });
