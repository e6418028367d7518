import type { Client, Room } from '@colyseus/sdk';
import type { ErrorBody } from '../../src/protocol/errors.ts';
import type { Lobby } from '../../src/protocol/sdk.ts';
import type { RoomFacts } from '../../src/protocol/toClient.ts';

/** Somebody in the lobby, who follows the list as the page does. */
export class Visitor {
  readonly lobby: Room<Lobby, object>;
  readonly rooms = new Map<string, RoomFacts>();
  /** The types of all messages about the list, in order. */
  readonly told: string[] = [];
  readonly errors: ErrorBody[] = [];
  readonly closed: Promise<number>;
  /** The most that there ever was in the list. */
  most = 0;

  private constructor(lobby: Room<Lobby, object>) {
    this.lobby = lobby;
    this.closed = new Promise((resolve) => lobby.onLeave((code) => resolve(code)));
    lobby.reconnection.enabled = false;
    lobby.onMessage('rooms', (all) => {
      this.rooms.clear();
      for (const facts of all) this.rooms.set(facts.room_id, facts);
      this.#note('rooms');
    });
    lobby.onMessage('+', ([roomId, facts]) => {
      this.rooms.set(roomId, facts);
      this.#note('+');
    });
    lobby.onMessage('-', (roomId) => {
      this.rooms.delete(roomId);
      this.#note('-');
    });
    lobby.onMessage('error', (error) => this.errors.push(error));
  }

  static async enter(client: Client, options: object = {}): Promise<Visitor> {
    return new Visitor(await client.joinOrCreate<Lobby>('lobby', options));
  }

  get ids(): string[] {
    return [...this.rooms.keys()].sort();
  }

  #note(type: string): void {
    this.told.push(type);
    this.most = Math.max(this.most, this.rooms.size);
  }
}
