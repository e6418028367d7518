import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createHooks } from '../src/hooks.ts';

const closed = { room_id: 'room_1', reason: 'empty' } as const;

test('subscribers hear of an event, the higher priority first, then in the order of their coming', async () => {
  const hooks = createHooks(() => {});
  const heard: string[] = [];
  hooks.on('room_closed', () => void heard.push('first come'));
  hooks.on('room_closed', () => void heard.push('low'), -1);
  hooks.on('room_closed', () => void heard.push('high'), 10);
  hooks.on('room_closed', () => void heard.push('second come'));
  hooks.emit('room_closed', closed);
  await setImmediate();
  expect(heard).toEqual(['high', 'first come', 'second come', 'low']);
});

test('a room goes on before any subscriber runs', async () => {
  const hooks = createHooks(() => {});
  const subscriber = vi.fn();
  hooks.on('room_closed', subscriber);
  hooks.emit('room_closed', closed);
  expect(subscriber).not.toHaveBeenCalled();
  await setImmediate();
  expect(subscriber).toHaveBeenCalledExactlyOnceWith(closed);
});

test('a subscriber that throws, rejects or never ends harms nobody, and is reported', async () => {
  const report = vi.fn();
  const hooks = createHooks(report);
  const last = vi.fn();
  hooks.on('room_closed', () => {
    throw new Error('thrown');
  });
  hooks.on('room_closed', async () => {
    throw new Error('rejected');
  });
  hooks.on('room_closed', () => new Promise(() => {}));
  hooks.on('room_closed', last);
  hooks.emit('room_closed', closed);
  await setImmediate();
  expect(last).toHaveBeenCalledOnce();
  expect(report.mock.calls).toEqual([
    ['room_closed', new Error('thrown')],
    ['room_closed', new Error('rejected')],
  ]);
});

test('no subscriber can change what the others or the room see', async () => {
  const report = vi.fn();
  const hooks = createHooks(report);
  const seen: string[] = [];
  hooks.on('room_closed', (payload) => {
    (payload as { room_id: string }).room_id = 'room_2';
  });
  hooks.on('room_closed', ({ room_id }) => void seen.push(room_id));
  const payload = { ...closed };
  hooks.emit('room_closed', payload);
  await setImmediate();
  expect(seen).toEqual(['room_1']);
  expect(payload).toEqual(closed);
  expect(report).toHaveBeenCalledOnce();
});

test('who has unsubscribed hears nothing more', async () => {
  const hooks = createHooks(() => {});
  const subscriber = vi.fn();
  const unsubscribe = hooks.on('room_closed', subscriber);
  unsubscribe();
  unsubscribe();
  hooks.emit('room_closed', closed);
  await setImmediate();
  expect(subscriber).not.toHaveBeenCalled();
});
