import type { PublicView } from '../src/game/view.ts';
import { closeCodes } from '../src/protocol/errors.ts';
import { Connection } from './connection.ts';
import type { Asking, Frame } from './frames.ts';
import { seededChance } from './matches/chance.ts';
import { anyMove, type Message, toDecide } from './moves.ts';
import { Random } from './random.ts';
import type { Admission, Credential, Server } from './server.ts';
import type { World } from './world.ts';

interface Pending {
  readonly asking: Asking;
  tries: number;
}

/** Whether a player is in. */
type Outcome = 'seated' | 'gone' | 'refused' | 'unavailable';

const { partCommitmentOf } = seededChance('');

/** After so long a player asks again, or loads the page anew, ms. */
const patienceMs = 3_000;

/**
 * A person at a client that knows its trade: it reconnects by its token, else enters again, through whichever process
 * answers, and repeats under its id what it has no answer to.
 */
export class SimulatedPlayer {
  readonly userId: string;
  readonly #world: World;
  readonly #random: Random;
  readonly #opensRoom: boolean;
  #connection: Connection | null = null;
  /** Connections are numbered, so that what an older one still brings is nobody's. */
  #connections = 0;
  #seat: { sessionId: string; token: string | null } | null = null;
  /** The token that another device of this player's still has. */
  #oldToken: string | null = null;
  #seen: { n: number; view: PublicView } | null = null;
  #deciding: string | null = null;
  readonly #pending = new Map<string, Pending>();
  #lastAnswered: Pending | null = null;
  #commands = 0;
  /** The last process in which this player sat. */
  #satIn: string | null = null;
  #isComingIn = false;
  #isDone = false;
  readonly #takesPart: boolean;
  /** The deal, and the connection, in which this player has done its part. */
  #dealtWith = '';

  constructor(world: World, number: number) {
    this.#world = world;
    this.userId = `user ${number}`;
    this.#random = new Random(world.seed, this.userId);
    this.#opensRoom = number === 1;
    this.#takesPart = world.hasParts && this.#random.chance(0.7);
    world.schedule.after(this.#random.between(0, 1_500), () => void this.#comeIn());
    this.#lookAgain();
  }

  /** What this player sees, where they sit at the table; null: they don't. */
  get seen(): { n: number; view: PublicView } | null {
    return this.#connection?.isWelcome && !this.#connection.isCut ? this.#seen : null;
  }

  /** Nobody will see this player again: they have left, or their room is no more. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Gets up and goes. */
  leaveForGood(): void {
    const connection = this.#connection;
    const { roomId } = this.#world;
    if (!connection || roomId === null || this.#opensRoom) return;
    this.#world.counts.add('a player left for good');
    connection.toServer(() => connection.server.left(connection, roomId));
    this.#isDone = true;
    this.#connection = null;
  }

  /** Until there is a seat. */
  async #comeIn(): Promise<void> {
    if (this.#isComingIn) return;
    this.#isComingIn = true;
    while (!this.#isDone && !this.#connection) {
      const outcome = await this.#tryToComeIn();
      if (this.#connection) break;
      this.#world.trace(() => `${this.userId} stays out: ${outcome}`);
      if (outcome === 'unavailable') this.#world.counts.add('a connection was turned away');
      if (outcome === 'gone') this.#isDone = true;
      await this.#pause(outcome === 'refused' ? 1_000 : 300);
    }
    this.#isComingIn = false;
  }

  async #tryToComeIn(): Promise<Outcome> {
    const entrance = this.#pickServer();
    const { roomId } = this.#world;
    if (!entrance) return 'unavailable';
    if (roomId === null) return this.#opensRoom ? this.#openRoom(entrance) : 'unavailable';
    const seat = this.#seat;
    if (seat && this.#oldToken && this.#random.chance(0.2)) {
      const { sessionId } = seat;
      return this.#connect(entrance, { roomId, sessionId, secret: { token: this.#oldToken } }, 'token');
    }
    if (seat?.token && this.#random.chance(0.05)) {
      // From another device.
      this.#oldToken = seat.token;
      seat.token = null;
    }
    if (seat?.token) {
      const { sessionId, token } = seat;
      const outcome = await this.#connect(entrance, { roomId, sessionId, secret: { token } }, 'token');
      if (outcome === 'refused') seat.token = null;
      return outcome === 'refused' ? 'unavailable' : outcome;
    }
    const admission = await this.#world.call(entrance, () => entrance.admit(roomId, this.userId));
    return this.#enter(roomId, admission, 'enter');
  }

  async #openRoom(entrance: Server): Promise<Outcome> {
    const roomId = `room_${this.#random.uuid()}`;
    const admission = await this.#world.call(entrance, () => entrance.open(roomId, this.userId));
    if (admission !== null && typeof admission === 'object') this.#world.roomId ??= roomId;
    return this.#enter(roomId, admission, 'open');
  }

  async #enter(roomId: string, admission: Admission | null, by: 'open' | 'enter') {
    if (admission === null) return 'unavailable';
    if (typeof admission === 'string') return admission;
    const { sessionId, pass } = admission;
    const entrance = this.#pickServer();
    return entrance ? this.#connect(entrance, { roomId, sessionId, secret: { pass } }, by) : 'unavailable';
  }

  /** Ends with the welcome, or with why there is none. */
  #connect(entrance: Server, credential: Credential, by: 'token' | 'open' | 'enter') {
    // A welcome may be late.
    if (this.#connection) return Promise.resolve('seated' as const);
    const number = ++this.#connections;
    return new Promise<Outcome>((resolve) => {
      let connection: Connection | null = null;
      const isNewest = () => number === this.#connections && !this.#isDone;
      const accept = (owner: Server): Connection => {
        connection = new Connection(this.#world, listener, entrance, owner);
        return connection;
      };
      const listener = {
        received: (frames: readonly Frame[]) => {
          if (!isNewest() || !connection) return;
          for (const frame of frames) {
            if (frame.is === 'welcome') {
              this.#welcomed(connection, frame.sessionId, by);
              resolve('seated');
            }
            this.#hear(frame);
          }
        },
        closed: (code: number) => {
          if (isNewest()) this.#closed(code);
          resolve('unavailable');
        },
      };
      this.#world
        .call(entrance, () => entrance.connect(credential, accept), patienceMs)
        .then((answer) => {
          if (answer !== 'accepted') resolve(answer ?? 'unavailable');
        });
      this.#world.schedule.after(patienceMs + 1_000, () => {
        if (connection && this.#connection !== connection) connection.cut();
        resolve('unavailable');
      });
    });
  }

  #welcomed(connection: Connection, sessionId: string, by: 'token' | 'open' | 'enter'): void {
    const { counts } = this.#world;
    const owner = connection.server.name;
    if (by === 'token') counts.add('back by token');
    if (by === 'token' && this.#satIn !== owner) counts.add('back by token at another owner');
    if (by === 'enter' && this.#satIn !== null) counts.add('back by entering again');
    this.#satIn = owner;
    this.#connection = connection;
    this.#deciding = null;
    this.#world.trace(`${this.userId} sits at ${owner} (by ${by})`);
    if (this.#seat?.sessionId !== sessionId) {
      // What another seat of this player's has asked for is no matter of this one's.
      this.#pending.clear();
      this.#lastAnswered = null;
    }
    for (const pending of this.#pending.values()) {
      if (this.#random.chance(0.9)) this.#send(pending);
    }
    if (this.#lastAnswered && this.#random.chance(0.1)) this.#send(this.#lastAnswered);
  }

  #hear(frame: Frame): void {
    switch (frame.is) {
      case 'welcome':
        this.#seat = { sessionId: frame.sessionId, token: frame.token };
        this.#see(frame.n, frame.view);
        break;
      case 'state':
        // What waited for the welcome is older than it.
        if (!this.#seen || frame.n >= this.#seen.n) this.#see(frame.n, frame.view);
        break;
      case 'answer':
        if (frame.to.commandId !== undefined) this.#pending.delete(frame.to.commandId);
        this.#deciding = null;
        this.#lastAnswered = { asking: frame.to, tries: 1 };
        if (this.#random.chance(0.03)) this.#send(this.#lastAnswered);
        break;
      case 'refusal':
        this.#refused(frame);
        break;
      case 'notice':
        if (frame.type === 'room_closed') this.#isDone = true;
        break;
    }
  }

  #refused({ to, code }: Extract<Frame, { is: 'refusal' }>): void {
    this.#world.trace(() => `${this.userId} is refused ${to.type} ${to.commandId ?? ''}: ${code}`);
    const pending = to.commandId === undefined ? undefined : this.#pending.get(to.commandId);
    if (code === 'UNAVAILABLE' && pending && this.#random.chance(0.5)) {
      this.#world.schedule.after(this.#random.between(200, 1_500), () => this.#send(pending));
    } else if (to.commandId !== undefined) {
      this.#pending.delete(to.commandId);
    }
    this.#deciding = null;
  }

  #closed(code: number): void {
    this.#connection = null;
    this.#connections++;
    if (code === closeCodes.roomClosed) this.#isDone = true;
    if ((code === closeCodes.kicked || code === closeCodes.seatGone) && this.#seat) this.#seat.token = null;
    if (this.#seat) this.#world.schedule.after(this.#random.between(50, 1_000), () => void this.#comeIn());
  }

  #see(n: number, view: PublicView): void {
    this.#seen = { n, view };
    const { sessionId } = this.#seat ?? { sessionId: '' };
    if (this.#takesPart) this.#takePart(view, sessionId);
    const decision = toDecide(view, sessionId);
    if (decision === this.#deciding) return;
    this.#deciding = decision;
    // Now and then nobody is at the keyboard; then the deadlines go on.
    const isMove = view.phase !== 'waiting_for_players';
    if (decision === null || (isMove && this.#random.chance(0.08))) return;
    const [from, to] = this.#world.settings.thinkMs;
    this.#world.schedule.after(this.#random.between(from, to), () => {
      if (this.#deciding !== decision || !this.#seen) return;
      const { players, bots } = this.#world.settings;
      const message = anyMove(this.#seen.view, sessionId, players + bots, this.#random);
      if (message) this.#ask(message);
    });
  }

  /** Commits to a part of the deal, and reveals it; at times too late, or never. */
  #takePart({ phase, roomId, matchNumber, players }: PublicView, sessionId: string): void {
    const mine = players.find((player) => player.sessionId === sessionId);
    if (!mine || (phase !== 'waiting_for_players' && phase !== 'dealing')) return;
    const match_number = matchNumber + 1;
    const nonce = `nonce of ${sessionId}`;
    const commitment = partCommitmentOf(nonce, roomId, match_number, sessionId);
    const what = `${phase} ${sessionId} ${this.#connections}`;
    if (this.#dealtWith === what) return;
    this.#dealtWith = what;
    if (phase === 'waiting_for_players') {
      if (mine.dealCommitment !== commitment) this.#ask({ type: 'deal_commit', payload: { match_number, commitment } });
    } else if (mine.dealCommitment !== '' && this.#random.chance(0.95)) {
      this.#world.schedule.after(this.#random.between(10, this.#random.pick([400, 2_400])), () => {
        this.#ask({ type: 'deal_reveal', payload: { match_number, nonce } });
      });
    }
  }

  /** In a waiting room, whatever came of what was asked before; in a match the deadlines go on. */
  #lookAgain(): void {
    this.#world.schedule.after(2_000, () => {
      if (this.#connection && this.#seen?.view.phase === 'waiting_for_players') {
        this.#deciding = null;
        this.#see(this.#seen.n, this.#seen.view);
      }
      if (!this.#isDone) this.#lookAgain();
    });
  }

  #ask({ type, payload }: Message): void {
    const commandId =
      type !== 'get_room' && this.#random.chance(0.9) ? `${this.userId} ${++this.#commands}` : undefined;
    const asking = {
      commandId,
      type,
      payload: commandId === undefined ? payload : { ...payload, command_id: commandId },
    };
    const pending = { asking, tries: 0 };
    if (commandId !== undefined) this.#pending.set(commandId, pending);
    this.#send(pending);
    if (this.#random.chance(0.04)) this.#send(pending);
  }

  #send(pending: Pending): void {
    const connection = this.#connection;
    const { roomId, schedule, witness } = this.#world;
    const { asking } = pending;
    if (!connection || roomId === null) return;
    this.#world.trace(() => `${this.userId} asks for ${asking.type} ${asking.commandId ?? ''}`);
    pending.tries++;
    witness.asked(this.userId, asking);
    connection.toServer(() => connection.server.receive(connection, roomId, asking));
    const { tries } = pending;
    schedule.after(patienceMs, () => {
      const isWaiting = asking.commandId !== undefined && this.#pending.get(asking.commandId) === pending;
      if (!isWaiting || pending.tries !== tries || this.#connection !== connection) return;
      if (this.#random.chance(0.5)) this.#send(pending);
      else connection.cut();
    });
  }

  #pickServer(): Server | null {
    const { living } = this.#world;
    const open = living.filter((server) => !server.isEnding);
    return open.length > 0 ? this.#random.pick(open) : null;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.schedule.after(this.#random.between(ms / 2, 2 * ms), resolve));
  }
}
