import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';
import { addressOf, isLoopback } from '../people/address.ts';

/** Whether somebody asks who sits at this machine. */
export function isFromThisMachine(request: IncomingMessage, { trustProxy }: Pick<Config, 'trustProxy'>): boolean {
  // A proxy that isn't trusted could stand for anybody.
  return (
    isLoopback(addressOf(request, trustProxy)) && (trustProxy !== undefined || !request.headers['x-forwarded-for'])
  );
}
