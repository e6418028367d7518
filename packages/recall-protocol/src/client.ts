/** A client that comes back by itself, with the types of the protocol. It needs `@colyseus/sdk`. */

export { type ConnectOptions, connect, type Recall } from './connect.ts';
export { asGuest, type GuestOptions } from './guest.ts';
export type { Answered, Asked, ObservableRoom, Seat } from './seat.ts';
export { mayPass, type Trouble, troubleOf } from './trouble.ts';
