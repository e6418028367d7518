import { randomUUID } from 'node:crypto';
import type { Client, Room } from '@colyseus/core';
import type { z } from 'zod';
import { type Message, reject, resolve, type Taker } from '../colyseus/frames.ts';
import type { Log } from '../ops/log.ts';
import { messages, moveSeconds, refusals } from '../ops/metrics.ts';
import { sparsely } from '../ops/sparse.ts';
import { annotate, span, trace } from '../ops/trace.ts';
import { type Code, closeCodes, type ErrorBody, RecallError } from '../protocol/errors.ts';
import { type MessageType, maxMessageBytes } from '../protocol/fromClient.ts';
import type { VisitorMessage } from '../protocol/fromPerson.ts';
import { fromClient } from '../protocol/schemas/fromClient.ts';
import type { ToClient } from '../protocol/toClient.ts';
import type { MessageLimits } from './messageLimits.ts';

/** In a room of the game, or in a lobby. */
type AnyMessage = MessageType | VisitorMessage;

/** Carries out a valid message. @throws RecallError the refusal; anything else is a fault of ours. */
export type CarryOut<Type extends AnyMessage = MessageType, R extends Room = Room> = (
  room: R,
  client: Client,
  type: Type,
  payload: object,
) => Promise<object>;

/** The messages that there are, and the validator of each one's payload. */
type Validators<Type extends AnyMessage> = Readonly<Record<Type, z.ZodObject>>;

/**
 * Takes the messages of clients in, of all rooms of a kind in this process: how many, whether there is such a message,
 * whether its payload is valid. A request gets its answer, a `send` with a `command_id` the message `ack`. A refusal goes to
 * who sent it alone: a request is rejected with it, a `send` gets the message `error`.
 * @param validators of the messages that there are: those of a room of the game, if nothing else is said
 */
export function createIntake<Type extends AnyMessage = MessageType, R extends Room = Room>(
  carryOut: CarryOut<Type, R>,
  limits: MessageLimits,
  log: Log,
  validators = fromClient as unknown as Validators<Type>,
): Taker<R> {
  /** Their connection is closing. */
  const closed = new WeakSet<Client>();
  const tellOfRefusal = sparsely(log, 'info', 'a message was refused');
  const tellOfClosing = sparsely(log, 'info', 'a connection is closed for too many bad messages');

  /** As it is counted and traced: never what a client has made up. */
  const nameOf = ({ type }: Message) => (isOf(validators, type) ? type : 'unknown');

  function countBad(client: Client): void {
    if (!limits.badMessage(client)) return;
    closed.add(client);
    tellOfClosing('too many bad messages', { sessionId: client.sessionId });
    client.leave(closeCodes.tooManyBadMessages);
  }

  /** @returns the name of the line about it, where the log has one */
  function logged({ code, request_id }: ErrorBody, client: Client, type: string): string | undefined {
    if (!worthKnowing.includes(code)) return request_id;
    const requestId = randomUUID();
    return tellOfRefusal(code, { requestId, sessionId: client.sessionId, type }) ? requestId : undefined;
  }

  function refuse(client: Client, message: Message, body: ErrorBody): void {
    const type = nameOf(message);
    const { code } = body;
    const requestId = logged(body, client, type);
    tellRefusal(client, message, requestId === undefined ? body : { ...body, request_id: requestId });
    annotate({ 'recall.code': code, ...(requestId !== undefined && { 'recall.request_id': requestId }) });
    messages.inc({ type, result: code === 'INTERNAL' ? 'failed' : 'refused' });
    refusals.inc({ by: 'message', code });
  }

  async function take(room: R, client: Client, message: Message): Promise<void> {
    if (closed.has(client)) return;
    await trace('message', { 'recall.message': nameOf(message) }, () => takeOne(room, client, message));
  }

  async function takeOne(room: R, client: Client, message: Message): Promise<void> {
    const began = performance.now();
    const checked = span('intake', () => check(client, message, limits, validators));
    if (checked instanceof RecallError) {
      refuse(client, message, checked.body);
      return countBad(client);
    }
    try {
      const answer = await carryOut(room, client, checked.type, checked.payload);
      answerTo(client, message, answer);
      messages.inc({ type: checked.type, result: 'done' });
      if ('n' in answer) moveSeconds.observe((performance.now() - began) / 1000);
    } catch (error) {
      refuse(client, message, error instanceof RecallError ? error.body : fault(error, client, message, log));
    }
  }

  function admits(client: Client): boolean {
    if (closed.has(client)) return false;
    const isAdmitted = limits.message(client) === null;
    if (!isAdmitted) countBad(client);
    return isAdmitted;
  }

  return { take, admits };
}

/** By the rules all others are a matter of course. */
const worthKnowing: readonly Code[] = ['TOO_MANY_REQUESTS', 'UNAVAILABLE'];

function check<Type extends AnyMessage>(
  client: Client,
  message: Message,
  limits: MessageLimits,
  validators: Validators<Type>,
): { type: Type; payload: object } | RecallError {
  const { type, payload, unreadable } = message;
  const waitMs = limits.message(client);
  if (waitMs !== null) return new RecallError('TOO_MANY_REQUESTS', `Slower, please: wait ${waitMs} ms.`, waitMs);
  if (unreadable) return new RecallError('INVALID_PAYLOAD', unreadableTexts[unreadable]);
  if (!isOf(validators, type)) {
    const known = Object.keys(validators).join(', ');
    return new RecallError('UNKNOWN_MESSAGE', `There is no message '${type}'; there are ${known}.`);
  }
  const parsed = validators[type].safeParse(payload ?? {});
  if (parsed.success) return { type, payload: parsed.data };
  const fields = Object.keys(validators[type].shape);
  const mistakes = parsed.error.issues.map((issue) => mistake(issue, type, fields));
  return new RecallError('INVALID_PAYLOAD', mistakes.join('; '));
}

const isOf = <Type extends AnyMessage>(validators: Validators<Type>, type: string): type is Type =>
  Object.hasOwn(validators, type);

const unreadableTexts = {
  malformed: 'The payload is not msgpack.',
  'too long': `A message may have ${maxMessageBytes} bytes at most.`,
  'too early': 'Acknowledge first that you have joined.',
  'no message': 'No frame begins like this.',
};

/** Names the field, and what is allowed. */
function mistake(issue: z.core.$ZodIssue, type: string, fields: readonly string[]): string {
  if (issue.code !== 'unrecognized_keys') return `${issue.path.join('.') || 'payload'}: ${issue.message}`;
  const allowed = fields.join(', ') || 'none';
  return `${issue.keys.map((key) => key.slice(0, maxKey)).join(', ')}: not a field of ${type}, which may have ${allowed}`;
}

const maxKey = 64;

function answerTo(client: Client, message: Message, answer: object): void {
  const id = commandIdOf(message);
  if (message.requestId !== undefined) resolve(client, message.requestId, answer);
  else if (id !== undefined) client.send('ack', { command_id: id, ...answer } satisfies ToClient['ack']);
}

/** Whatever the sender takes for one. */
function commandIdOf({ payload }: Message): string | undefined {
  const id = (payload as { command_id?: unknown } | undefined | null)?.command_id;
  return typeof id === 'string' ? id.slice(0, maxKey) : undefined;
}

function tellRefusal(client: Client, message: Message, body: ErrorBody): void {
  const { requestId, type } = message;
  const id = commandIdOf(message);
  if (requestId !== undefined) {
    reject(client, requestId, body);
    return;
  }
  const error: ToClient['error'] = { ...body, request: type };
  if (id !== undefined) error.command_id = id;
  client.send('error', error);
}

function fault(error: unknown, client: Client, { type }: Message, log: Log): ErrorBody {
  const requestId = randomUUID();
  log.error({ err: error, requestId, sessionId: client.sessionId, type }, 'a message could not be carried out');
  const message = `Something went wrong, and nothing has changed; the log has it as ${requestId}.`;
  return { code: 'INTERNAL', message, request_id: requestId };
}
