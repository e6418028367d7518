import { Recovery } from '../src/cluster/recovery.ts';
import type { Chance } from '../src/game/chance.ts';
import type { Hooks } from '../src/hooks.ts';
import type { Log } from '../src/ops/log.ts';
import type { Entry } from '../src/table/announce.ts';
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
export type Credential = { readonly roomId: string; readonly sessionId: string } & (
  | { readonly token: string }
  | { readonly pass: string }
);

interface Pass {
  readonly roomId: string;
  readonly sessionId: string;
  readonly entry: Entry;
}

/** What runs in a process: its journal, its rooms, the recovery of others' rooms, and a door to all of them. */
export class Server {
  readonly process: Process;
  readonly chance: Chance;
  readonly log: Log;
  readonly hooks: Hooks;
  readonly wire: JournalWire;
  readonly journal: ModelJournal;
  readonly #world: World;
  readonly #recovery: Recovery;
  readonly #rooms = new Map<string, Room>();
  readonly #passes = new Map<string, Pass>();
  #recovering = 0;
  #serials = 0;
  #isEnding = false;

  constructor(world: World, name: string) {
    this.#world = world;
    this.process = new Process(world, name);
    this.chance = chanceOf(world.seed, name);
    this.log = watchedLog(world);
    this.hooks = {
      on: () => () => {},
      emit: (name, { room_id }) => {
        if (name === 'room_closed') this.process.out(() => world.witness.closed(room_id));
      },
    };
    this.wire = new JournalWire(world, this.process, (available) => {
      if (!available) for (const room of this.#rooms.values()) room.pause();
    });
    this.journal = new ModelJournal(
      name,
      this.wire,
      (thing) => world.counts.add(thing),
      (...append) => world.witness.decided(...append),
    );
    this.#recovery = new Recovery({
      journal: this.journal,
      log: this.log,
      isHere: (roomId) => this.#rooms.has(roomId),
      closing: () => undefined,
      revive: async (claim) => {
        this.#recovering++;
        world.onRecovery?.(this);
        try {
          this.#rooms.set(claim.roomId, await Room.resume(world, this, claim));
        } finally {
          this.#recovering--;
        }
      },
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

  /** @throws JournalUnavailable */
  async open(roomId: string, userId: string): Promise<Admission> {
    if (this.#isEnding) return 'unavailable';
    const owner = { userId, name: userId, dealNonce: '', sessionId: this.chance.freshId() };
    const { settings, bots } = this.#world.settings;
    try {
      this.#rooms.set(roomId, await Room.open(this.#world, this, { type: 'open', roomId, settings, owner, bots }));
    } catch (error) {
      this.#world.witness.fault(error);
      return 'unavailable';
    }
    return this.#issue({ roomId, sessionId: owner.sessionId, entry: 'created' });
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
    if (this.#rooms.get(roomId) === room) this.#rooms.delete(roomId);
  }

  /** Looks for rooms that nobody has. */
  look(): void {
    this.#recovery.bringAll().catch((error) => this.#world.witness.fault(error));
  }

  /** Takes another process for dead, and looks for its rooms. */
  takeForDead(owner: string): void {
    this.journal.endLease(owner).then(
      () => this.look(),
      () => {},
    );
  }

  /** SIGTERM, as `App.stop` does it. */
  async shutDown(): Promise<void> {
    this.#isEnding = true;
    await this.#recovery.stop();
    const rooms = [...this.#rooms.values()];
    if (rooms.length > 0) this.#world.counts.add('a process shut down and handed its rooms over');
    await Promise.all(rooms.map((room) => room.handOver()));
    this.process.out(() => this.#world.handedOver(this));
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
    this.process.every(leaseMs / 2.5, renew);
    this.look();
    this.process.every(leaseMs, () => {
      if (this.#isEnding) return;
      this.look();
    });
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
    if (!room) return 'unavailable';
    const seat = await room.admit(userId);
    return seat ? this.#issue({ roomId, ...seat }) : 'refused';
  }

  async #seat(credential: Credential, accept: (owner: Server) => Connection) {
    const { roomId, sessionId } = credential;
    const room = this.#rooms.get(roomId);
    if (!room) return 'unavailable';
    const isBack = 'token' in credential;
    const pass = isBack ? undefined : this.#passes.get(credential.pass);
    if (!isBack && pass?.sessionId !== sessionId) return 'refused';
    if (isBack && !room.awaits(sessionId, credential.token)) return 'refused';
    const connection = accept(this);
    const sat = isBack
      ? room.comeBack(connection, sessionId)
      : room.sitDown(connection, sessionId, pass?.entry ?? 'joined');
    sat.catch((error) => this.#world.witness.fault(error));
    return 'accepted';
  }

  #issue(pass: Pass): Admission {
    const name = `pass ${++this.#serials} of ${this.name}`;
    this.#passes.set(name, pass);
    return { sessionId: pass.sessionId, pass: name };
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

/** What is logged as an error is one, unless a journal or a refusal is behind it. */
function watchedLog(world: World): Log {
  const quiet = () => {};
  const error = ({ err }: { err: unknown }) => world.witness.fault(err);
  return { error, warn: quiet, info: quiet, debug: quiet } as unknown as Log;
}
