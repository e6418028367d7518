import { type Client, matchMaker, Room, ServerError } from '../../colyseus/colyseus.ts';
import { takeMessages } from '../../colyseus/frames.ts';
import { authenticate, type Threshold, ticketOf } from '../../matchmaking/arrival.ts';
import { hasExpired, hashOfUser, type User } from '../../people/user.ts';
import type { VisitorAnswers } from '../../protocol/answers.ts';
import { closeCodeOf, closeCodes, codes, RecallError } from '../../protocol/errors.ts';
import { maxMessageBytes } from '../../protocol/fromClient.ts';
import type { VisitorMessage } from '../../protocol/fromPerson.ts';
import type { RoomFilter } from '../../protocol/queries.ts';
import { fromVisitor } from '../../protocol/schemas/fromPerson.ts';
import type { ToVisitor } from '../../protocol/toClient.ts';
import type { Services } from '../../services.ts';
import { Passes, type Ticket } from '../../table/passes.ts';
import type { Holder, Secret } from '../../table/seatKeys.ts';
import { createIntake } from '../intake.ts';
import { awaitReady } from '../joining.ts';
import { createMessageLimits } from '../messageLimits.ts';
import { answerPerson, isPersonMessage } from '../peopleMessages.ts';
import { LiveList } from './liveList.ts';

/** Somebody who has come to the lobby. */
export interface Visit extends Ticket {
  readonly filter: RoomFilter;
}

/**
 * The live lobby (protocol.md, 4), one for each process that has visitors. It speaks the messages of Colyseus' LobbyRoom,
 * and works another way: that one hears of every change in every room, and knows all rooms. Here one page of the index is
 * looked at for each filter in use, every `LOBBY_REFRESH_S`, one page at a time, and what is new in it goes to the clients
 * with this filter. So it costs by what is seen, neither by how many rooms there are nor by how much happens in them; it
 * misses nothing that the index knows, since it hears of nothing; and with nobody there it does nothing.
 */
export class LobbyRoom extends Room implements Threshold {
  static override onAuth = authenticate;

  /** The one of this process, if there is one. */
  static here: LobbyRoom | undefined;

  /** So that who has just been let in finds it. */
  override autoDispose = false;
  /** It has no state. Colyseus would tick its clock all the time if this were null. */
  override patchRate = 2_147_483_647;

  #services!: Services;
  #passes!: Passes;
  readonly #lists = new Map<string, LiveList>();
  readonly #watched = new Map<Client<{ auth: Visit }>, LiveList>();
  #lastLook: Promise<void> = Promise.resolve();
  #callOff: (() => void) | undefined;

  /** @param options made by the server */
  override async onCreate({ services }: { services: Services }): Promise<void> {
    this.#services = services;
    this.#passes = new Passes(services.clock);
    this.roomId = lobbyIdOf(matchMaker.processId);
    await this.setMatchmaking({ private: true, unlisted: true });
    this.#takeMessages();
    LobbyRoom.here = this;
  }

  /** Somebody may come by that pass. */
  admit(pass: string, visit: Visit): void {
    this.#passes.issue(pass, visit);
  }

  /** Nobody comes back to a lobby: it has no seat that would wait. */
  holder(sessionId: string, secret: Secret): Holder {
    if ('token' in secret) return closeCodes.seatGone;
    const visit = this.#passes.look(secret.pass, sessionId);
    return visit === undefined || visit === 'spent' || this.#hasExpired(visit) ? undefined : visit;
  }

  seat(ticket: Ticket, secret: Secret): void {
    if ('pass' in secret) this.#passes.spend(secret.pass, ticket);
  }

  /** Everybody who is here. */
  users(): readonly User[] {
    return [...this.#watched.keys()].flatMap(({ auth }) => (auth ? [auth.user] : []));
  }

  override onJoin(client: Client<{ auth: Visit }>): void {
    if (!ticketOf(client)) throw new ServerError(codes.UNAUTHENTICATED, 'UNAUTHENTICATED: enter the lobby anew');
    awaitReady(client, this.#services);
    const { filter, user } = client.auth as Visit;
    this.#services.connections.add(user.id, client);
    this.#watch(client, filter);
    void this.#partIfSignedOut(client, user);
  }

  override onLeave(client: Client<{ auth: Visit }>): void {
    this.#watched.get(client)?.remove(client);
    this.#watched.delete(client);
  }

  override onDispose(): void {
    this.#callOff?.();
    if (LobbyRoom.here === this) LobbyRoom.here = undefined;
  }

  /** The user may not be here any more: their connections are closed. */
  signOut(userId: string, why: 'signed out' | 'banned'): void {
    for (const client of this.#watched.keys()) {
      if (client.auth?.user.id === userId) client.leave(closeCodeOf[why]);
    }
  }

  /** Who signed out or was banned after they were looked at last, and before they were here, was not found by `signOut`. */
  async #partIfSignedOut(client: Client, user: User): Promise<void> {
    const { revocations, log } = this.#services;
    try {
      const why = await revocations.refuses(user);
      if (why) client.leave(closeCodeOf[why]);
    } catch (err) {
      log.debug({ err, user: hashOfUser(user.id) }, 'who has signed out may still be in the lobby');
    }
  }

  #takeMessages(): void {
    const { config, clock, log } = this.#services;
    const limits = createMessageLimits(config.messagesPerS, config.badMessages, clock);
    const intake = createIntake(
      (_room, client, type: VisitorMessage, payload) => this.#answer(client, type, payload),
      limits,
      log,
      fromVisitor,
    );
    takeMessages(this, maxMessageBytes, intake);
  }

  async #answer(
    client: Client<{ auth: Visit }>,
    type: VisitorMessage,
    payload: object,
  ): Promise<VisitorAnswers[VisitorMessage]> {
    const visit = client.auth;
    if (!visit || !this.#watched.has(client))
      throw new RecallError('NOT_ALLOWED', 'You are not in this lobby any more.');
    this.#services.presence.active(visit.user.id);
    if (type === 'ping') return { at: this.#services.clock.now() };
    if (isPersonMessage(type)) return answerPerson(this.#services, visit.user, type, payload);
    await this.#services.countRequest(visit.user.id);
    // They may have left meanwhile.
    if (this.#watched.has(client)) this.#watch(client, payload as RoomFilter);
    return {};
  }

  #watch(client: Client<{ auth: Visit }>, filter: RoomFilter): void {
    const list = this.#listFor(filter);
    this.#watched.get(client)?.remove(client);
    this.#watched.set(client, list);
    list.add(client);
    this.#lookLater();
  }

  #listFor({ game_type, phase, min_free }: RoomFilter): LiveList {
    const key = JSON.stringify([game_type, phase, min_free]);
    const known = this.#lists.get(key);
    if (known) return known;
    const list = new LiveList(this.#services, { game_type, phase, min_free });
    this.#lists.set(key, list);
    void this.#look(list);
    return list;
  }

  /** One at a time, however many filters there are. */
  #look(list: LiveList): Promise<void> {
    const { log } = this.#services;
    this.#lastLook = this.#lastLook.then(() =>
      list.look().catch((err) => log.debug({ err }, 'a lobby could not look for changes')),
    );
    return this.#lastLook;
  }

  #lookLater(): void {
    const { clock, config } = this.#services;
    this.#callOff ??= clock.at(clock.now() + config.lobbyRefreshMs, () => void this.#lookAtAll());
  }

  async #lookAtAll(): Promise<void> {
    this.#partWithExpired();
    for (const [key, list] of this.#lists) {
      // Not as soon as nobody watches it, so that who goes to and fro between filters doesn't have it looked up each time.
      if (list.isWatched) await this.#look(list);
      else this.#lists.delete(key);
    }
    this.#callOff = undefined;
    if (this.#lists.size > 0) this.#lookLater();
  }

  #hasExpired({ user }: Ticket): boolean {
    return hasExpired(user, this.#services.clock.now());
  }

  /** A token lets nobody in for longer than it is good. */
  #partWithExpired(): void {
    const error: ToVisitor['error'] = { code: 'UNAUTHENTICATED', message: 'the token has expired: sign in again' };
    for (const client of this.#watched.keys()) {
      if (!client.auth || !this.#hasExpired(client.auth)) continue;
      client.send('error', error);
      client.leave(closeCodes.signedOut);
    }
  }
}

/** Names the process, so that every process can tell where its visitors belong (proxy.ts). */
const lobbyIdOf = (processId: string): string => `lobby_${processId}`;
