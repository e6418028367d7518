import { matchMaker } from '@colyseus/core';
import type { Room as Connection } from '@colyseus/sdk';
import { expect } from 'vitest';
import type WebSocket from 'ws';
import type { Answers } from '../../src/protocol/answers.ts';
import type { ErrorBody } from '../../src/protocol/errors.ts';
import type { MessageType, Payload } from '../../src/protocol/fromClient.ts';
import type { MatchEventOf, MatchEventType } from '../../src/protocol/matchEvent.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';
import type { LiveState } from '../../src/protocol/state.ts';
import type { ToClient } from '../../src/protocol/toClient.ts';

type Type = keyof ToClient;
export type Heard = { [T in Type]: { type: T; payload: ToClient[T] } }[Type];

/** A player at a table: a connection of the SDK, and everything that it was told. */
export class TestPlayer {
  readonly connection: Connection<GameRoom>;
  readonly heard: Heard[] = [];
  /** The code that the connection was closed with. */
  readonly closed: Promise<number>;
  readonly #listeners = new Set<() => void>();

  constructor(connection: Connection) {
    this.connection = connection;
    connection.reconnection.enabled = false;
    connection.onMessage('*', (type, payload) => {
      this.heard.push({ type, payload } as Heard);
      this.#tell();
    });
    connection.onStateChange(() => this.#tell());
    this.closed = new Promise((resolve) => connection.onLeave(resolve));
  }

  get id(): string {
    return this.connection.sessionId;
  }

  get roomId(): string {
    return this.connection.roomId;
  }

  get state(): LiveState {
    return this.connection.state;
  }

  ask<T extends MessageType>(type: T, payload?: Payload<T>): Promise<Answers[T]> {
    return this.connection.request(type as never, (payload ?? {}) as never);
  }

  send(type: string | number, payload: object = {}): void {
    this.connection.send(type as never, payload as never);
  }

  /** What a request is rejected with. */
  async refused(type: string, payload: object = {}): Promise<ErrorBody> {
    const error = await this.connection.request(type as never, payload as never).then(
      (answer) => expect.fail(`${type} was answered ${JSON.stringify(answer)}`),
      (error: { reason?: ErrorBody }) => error,
    );
    return error.reason ?? expect.fail(`${type} was not rejected, but failed: ${error}`);
  }

  /** The first message of that type that there is, or comes. */
  message<T extends Type>(type: T, fits: (payload: ToClient[T]) => boolean = () => true): Promise<ToClient[T]> {
    return this.#until(() => this.told(type).find(fits));
  }

  /** The first match event of that type that there is, or comes. */
  event<T extends MatchEventType>(
    type: T,
    fits: (event: MatchEventOf<T>) => boolean = () => true,
  ): Promise<MatchEventOf<T>> {
    return this.#until(() => this.events(type).find(fits));
  }

  /** The match events of that type so far. */
  events<T extends MatchEventType>(type: T): MatchEventOf<T>[] {
    return this.told('match_event').filter((event): event is MatchEventOf<T> => event.type === type);
  }

  /** The messages of that type so far. */
  told<T extends Type>(type: T): ToClient[T][] {
    return this.heard.filter((one) => one.type === type).map((one) => one.payload as ToClient[T]);
  }

  /** The types of all messages so far. */
  types(): string[] {
    return this.heard.map((one) => one.type);
  }

  /** Waits until the state is so. */
  async sees(fits: (state: LiveState) => boolean): Promise<void> {
    await this.#until(() => (this.state.players && fits(this.state) ? true : undefined));
  }

  /** The network fails between the server and this player. */
  cutOff(): void {
    const client = matchMaker.getLocalRoomById(this.roomId).clients.get(this.id);
    (client as unknown as { ref: WebSocket }).ref.terminate();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const found = look();
        if (found === undefined) return;
        this.#listeners.delete(check);
        resolve(found);
      };
      this.#listeners.add(check);
      check();
    });
  }
}
