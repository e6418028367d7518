import { Recovery } from '../src/cluster/recovery.ts';
import { Takeover } from '../src/cluster/takeover.ts';
import type { Chance } from '../src/game/chance.ts';
import type { Hooks } from '../src/hooks.ts';
import { Fenced, knownFormat } from '../src/journal/journal.ts';
import { renewalsPerLease } from '../src/journal/redisLease.ts';
import type { Answer } from '../src/matchmaking/admission.ts';
import type { Log } from '../src/ops/log.ts';
import type { User } from '../src/people/user.ts';
import { closeCodes } from '../src/protocol/errors.ts';
import { hashOf } from '../src/table/passes.ts';
import type { Secret } from '../src/table/seatKeys.ts';
import type { Connection } from './connection.ts';
import type { Asking } from './frames.ts';
import { JournalWire } from './journalWire.ts';
import { ModelJournal } from './modelJournal.ts';
import { Process } from './process.ts';
import { chanceOf } from './random.ts';
import { Room } from './room.ts';
import type { World } from './world.ts';

/** What a matchmaking call is answered: a pass, no such room, not now (try again), or no (a match runs, say). */
export type Admission = { readonly sessionId: string; readonly pass: string } | 'gone' | 'unavailable' | 'refused';

/** How a connection comes to its seat. */
export interface Credential {
  readonly roomId: string;
  readonly sessionId: string;
  readonly secret: Secret;
}

const joinAgainMs = 500;

/** What runs in a process: its journal, its rooms, the recovery of others' rooms, and a proxy for all of them. */
export class Server {
  readonly process: Process;
  readonly chance: Chance;
  readonly log: Log;
  readonly hooks: Hooks;
  readonly wire: JournalWire;
  readonly journal: ModelJournal;
  /** In which it writes journals: every other process is of the release before. */
  readonly format: number;
  readonly #world: World;
  readonly #recovery: Recovery;
  readonly #takeover: Takeover;
  readonly #rooms = new Map<string, Room>();
  #recovering = 0;
  #serials = 0;
  #isEnding = false;

  constructor(world: World, name: string) {
    this.#world = world;
    this.process = new Process(world, name);
    const serial = Number(/\d+/.exec(name)?.[0]);
    this.format = knownFormat - (serial % 2);
    this.chance = chanceOf(world.seed, name);
    this.log = watchedLog(world);
    this.hooks = {
      on: () => () => {},
      emit: (name, { room_id }) => {
        if (name === 'room_closed') this.process.out(() => world.witness.closed(room_id));
      },
    };
    this.wire = new JournalWire(world, this.process, (available) => {
      if (available) this.#takeover.reconnected();
      else for (const room of this.#rooms.values()) room.pause();
    });
    this.journal = new ModelJournal(name, this.wire, {
      note: (thing) => world.counts.add(thing),
      onAppend: (...append) => world.witness.decided(...append),
      onClaim: (roomId, found) => world.witness.wanted(roomId, name, found),
      isHasty: world.fault === 'unleased',
      // Processes die here so often that a room would be given up which has nothing to do with it.
      build: `${Math.floor(serial / 2)}`,
    });
    this.#recovery = new Recovery({
      journal: this.journal,
      clock: this.process.clock,
      log: this.log,
      isHere: (roomId) => this.#rooms.has(roomId),
      closing: (roomId) => this.#rooms.get(roomId)?.closing,
      revive: async (claim) => {
        this.#recovering++;
        world.onRecovery?.(this);
        world.shared.list(claim.roomId, this);
        try {
          this.#rooms.set(claim.roomId, await Room.resume(world, this, claim));
        } catch (error) {
          world.shared.delist(claim.roomId, this);
          if (error instanceof Fenced) world.counts.add('a recovery was overtaken by another');
          throw error;
        } finally {
          this.#recovering--;
        }
      },
    });
    this.#takeover = new Takeover({
      self: name,
      journal: this.journal,
      presence: world.shared.presenceFor(this),
      processes: world.shared.processesFor(this),
      index: world.shared.indexFor(this),
      recovery: this.#recovery,
      leaseMs: world.settings.leaseMs,
      clock: this.process.clock,
      log: this.log,
    });
    this.process.onCrash(() => this.#crashed());
    this.process.onWake((stalledMs) => this.#woke(stalledMs));
    this.#start();
  }

  get name(): string {
    return this.process.name;
  }

  get hasRooms(): boolean {
    return this.#rooms.size > 0;
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  freshToken(): string {
    return `token ${++this.#serials} of ${this.name}`;
  }

  /** A matchmaking call for a room of one's own, which the least busy process opens. */
  async open(roomId: string, userId: string): Promise<Admission> {
    const where = await this.#world.shared.leastBusy(this);
    if (where === this) return this.#openHere(roomId, userId);
    this.#world.counts.add('a room was opened in another process');
    if (where.process.isDead && !this.#world.shared.isHeard(where.name))
      this.#world.witness.object(`a room was to be opened in ${where.name}, which is dead`);
    return this.#world.call(where, () => where.#openHere(roomId, userId)).then((answer) => answer ?? 'unavailable');
  }

  /** A matchmaking call for a room, wherever it lives. */
  async admit(roomId: string, userId: string): Promise<Admission> {
    const where = await this.#find(roomId);
    if (where === 'gone' || where === 'unavailable') return where;
    if (where === this) return this.#admitHere(roomId, userId);
    return this.#world.call(where, () => where.#admitHere(roomId, userId)).then((answer) => answer ?? 'unavailable');
  }

  /** A connection that comes to this process, for a room wherever it lives. @returns why it was turned away. */
  async connect(
    credential: Credential,
    accept: (owner: Server) => Connection,
  ): Promise<'accepted' | 'gone' | 'unavailable' | 'refused'> {
    const { roomId } = credential;
    const where = await this.#find(roomId);
    if (where === 'gone' || where === 'unavailable') return where;
    if (where === this) return this.#seat(credential, accept);
    this.#world.counts.add('a connection was forwarded to the owner');
    return this.#world.call(where, () => where.#seat(credential, accept)).then((answer) => answer ?? 'unavailable');
  }

  receive(connection: Connection, roomId: string, asking: Asking): void {
    void this.#rooms.get(roomId)?.receive(connection, asking);
  }

  left(connection: Connection, roomId: string): void {
    void this.#rooms.get(roomId)?.left(connection);
  }

  dropped(connection: Connection): void {
    for (const room of this.#rooms.values())
      room.dropped(connection).catch((error) => this.#world.witness.fault(error));
  }

  disposed(roomId: string, room: Room): void {
    if (this.#rooms.get(roomId) !== room) return;
    this.#rooms.delete(roomId);
    this.#world.shared.delist(roomId, this);
  }

  /** SIGTERM, as `App.stop` does it. */
  async shutDown(): Promise<void> {
    this.#isEnding = true;
    this.#takeover.stop();
    await this.#world.shared
      .processesFor(this)
      .remove(this.name)
      .catch(() => {});
    await this.#recovery.stop();
    const rooms = [...this.#rooms.values()];
    if (rooms.length > 0) this.#world.counts.add('a process shut down and handed its rooms over');
    const roomIds = [...this.#rooms.keys()];
    await Promise.all(rooms.map((room) => room.handOver()));
    this.process.out(() => this.#world.shared.handOver({ from: this.name, roomIds }));
    await this.journal.close();
    this.process.out(() => this.process.crash());
  }

  #start(): void {
    const { leaseMs } = this.#world.settings;
    const renew = () =>
      void this.journal.renew().then(
        (wasInForce) => !wasInForce && this.#confirm(),
        () => {},
      );
    renew();
    this.process.every(leaseMs / renewalsPerLease, renew);
    this.#join();
    this.#recovery.bringAll().catch((error) => this.#world.witness.fault(error));
  }

  /** A process that can't reach the store ends at once, and is started again until it can. */
  #join(): void {
    this.#takeover.start().catch((error) => {
      this.#world.witness.fault(error);
      const { clock } = this.process;
      clock.at(clock.now() + joinAgainMs, () => this.#join());
    });
  }

  async #openHere(roomId: string, userId: string): Promise<Admission> {
    if (this.#isEnding) return 'unavailable';
    const pass = this.#freshPass();
    const owner = { userId, name: userId, dealNonce: '', sessionId: this.chance.freshId(), pass: hashOf(pass) };
    const { settings, bots } = this.#world.settings;
    try {
      const room = await Room.open(this.#world, this, { type: 'open', roomId, settings, owner, bots });
      this.#rooms.set(roomId, room);
      this.#world.shared.list(roomId, this);
      return admission(await room.admit(userOf(userId), 'create', pass), pass);
    } catch (error) {
      this.#world.witness.fault(error);
      return 'unavailable';
    }
  }

  /** The rooms may be another's by now. */
  #confirm(): void {
    for (const room of this.#rooms.values()) room.confirm();
  }

  /** Where a room is reached. */
  async #find(roomId: string): Promise<Server | 'gone' | 'unavailable'> {
    const where = await this.#recovery.bring(roomId).catch((error) => this.#world.witness.fault(error) ?? null);
    if (where === null) return 'unavailable';
    if (where === 'here') return this;
    if (where === 'nowhere') {
      this.#world.witness.toldGone(roomId, this.#world.store.entriesOf(roomId));
      return 'gone';
    }
    const owner = this.#world.servers.get(where.owner);
    if (owner && !owner.process.isDead) return owner;
    // Nobody listens there.
    await this.journal.endLease(where.owner).catch(() => {});
    return 'unavailable';
  }

  async #admitHere(roomId: string, userId: string): Promise<Admission> {
    const room = this.#rooms.get(roomId);
    if (!room || room.closing) return 'unavailable';
    const pass = this.#freshPass();
    return admission(await room.admit(userOf(userId), 'joinById', pass), pass);
  }

  async #seat(credential: Credential, accept: (owner: Server) => Connection) {
    const { roomId, sessionId, secret } = credential;
    const room = this.#rooms.get(roomId);
    if (!room) return 'unavailable';
    if (!(await room.examine(sessionId, secret))) return 'refused';
    const connection = accept(this);
    connection.shakeHands(() => {
      // It may have moved meanwhile.
      if (this.#rooms.get(roomId) !== room) connection.close(closeCodes.mayReconnect);
      else room.arrive(connection, sessionId, secret);
    });
    return 'accepted';
  }

  #freshPass(): string {
    return `pass ${++this.#serials} of ${this.name}`;
  }

  #crashed(): void {
    const { counts } = this.#world;
    this.#world.lostProcess(this);
    if (this.#isEnding) return;
    counts.add('a process crashed');
    if (this.#recovering > 0) counts.add('crash while a room was being recovered');
    const append = this.wire.appendUnderWay();
    if (append === 'sent') counts.add('crash with an append on its way to the journal');
    if (append === 'durable') counts.add('crash between append and effects');
    for (const room of this.#rooms.values()) if (room.isTelling) counts.add('crash amid the effects of a step');
  }

  #woke(stalledMs: number): void {
    const { counts, settings, store } = this.#world;
    if (this.wire.appendUnderWay() === 'durable') counts.add('stall between append and effects');
    if (stalledMs <= settings.leaseMs) counts.add('a process stalled for less than its lease');
    if (stalledMs <= settings.leaseMs || !this.hasRooms) return;
    counts.add('an owner woke after its lease');
    for (const roomId of this.#rooms.keys()) {
      const isKept = store.head(roomId)?.owner === this.name;
      counts.add(isKept ? 'an owner woke and had kept its room' : 'an owner woke and had lost its room');
    }
  }
}

const admission = (answer: Answer, pass: string): Admission => {
  if ('admitted' in answer) return { sessionId: answer.admitted, pass };
  return answer.refused.code === 'UNAVAILABLE' ? 'unavailable' : 'refused';
};

const userOf = (userId: string): User => ({
  ...{ id: userId, name: userId, roles: [], guest: false, generation: 0, tokenHash: '' },
  expiresAt: undefined,
});

/** What is logged as an error is one, unless a journal or a refusal is behind it. */
function watchedLog(world: World): Log {
  const quiet = () => {};
  const error = ({ err }: { err: unknown }) => world.witness.fault(err);
  return { error, warn: quiet, info: quiet, debug: quiet } as unknown as Log;
}
