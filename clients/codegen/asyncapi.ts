import { z } from 'zod';
import { version } from '../../src/ops/version.ts';
import { fromClient } from '../../src/protocol/schemas/fromClient.ts';
import { fromPerson, fromVisitor } from '../../src/protocol/schemas/fromPerson.ts';
import { type JsonSchema, Schemas } from './jsonSchema.ts';

/**
 * The messages of both kinds of rooms as AsyncAPI has them: what clients send by the schemas that check it, what they are
 * answered and told by its types.
 */
export function asyncapi(): string {
  const schemas = new Schemas();
  const error = schemas.of('ErrorBody');
  const rooms = {
    recall: {
      description: 'A room of the game: `client.create`, `joinById` and `joinOrCreate` lead to it.',
      sent: { ...fromClient, ...fromPerson },
      answers: { ...schemas.fieldsOf('Answers'), ...schemas.fieldsOf('PersonAnswers') },
      told: schemas.fieldsOf('ToClient'),
    },
    lobby: {
      description: 'The live list of rooms: `client.joinOrCreate("lobby")` leads to it.',
      sent: fromVisitor,
      answers: schemas.fieldsOf('VisitorAnswers'),
      told: schemas.fieldsOf('ToVisitor'),
    },
  };
  const operations: Record<string, unknown> = {};
  const channels = Object.entries(rooms).map(([room, { description, sent, answers, told }]) => {
    const messages: Record<string, unknown> = {};
    const put = (key: string, name: string, payload: JsonSchema) => {
      const description = (payload as { description?: string }).description;
      messages[key] = { name, title: name, ...(description && { description }), payload };
      return { $ref: `#/channels/${room}/messages/${key}` };
    };
    const refused = put('refused', 'refused', error);
    for (const [type, schema] of Object.entries(sent)) {
      const message = put(`ask_${type}`, type, payloadOf(schema));
      const answer = put(`answer_${type}`, type, answers[type as keyof typeof answers] as JsonSchema);
      operations[`${room}_${type}`] = {
        action: 'receive',
        description: 'docs/protocol.md, 3, and for lists and lobbies 4',
        channel: { $ref: `#/channels/${room}` },
        messages: [message],
        reply: { channel: { $ref: `#/channels/${room}` }, messages: [answer, refused] },
      };
    }
    for (const [type, payload] of Object.entries(told)) {
      const key = { '+': 'changed', '-': 'gone' }[type] ?? type;
      const message = put(`tell_${key}`, type, payload);
      operations[`${room}_tells_${key}`] = {
        action: 'send',
        description: 'docs/protocol.md, 4',
        channel: { $ref: `#/channels/${room}` },
        messages: [message],
      };
    }
    return [room, { address: room, description, messages }];
  });
  const document = {
    asyncapi: '3.1.0',
    info: {
      title: 'Recall: messages of rooms',
      version,
      description:
        'What clients and rooms say to each other beside the synced state, over any SDK of Colyseus 0.18: `room.request(type, payload)` and `room.onMessage(type, …)`. docs/protocol.md is the authority, and says what each of them means.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      tags: [{ name: 'rooms' }],
    },
    defaultContentType: 'application/msgpack',
    servers: { local: { host: 'localhost:2567', protocol: 'ws', description: 'As `npm start` serves.' } },
    channels: Object.fromEntries(channels),
    operations,
    components: { schemas: schemas.named() },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function payloadOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...payload } = z.toJSONSchema(schema, { io: 'input' });
  return payload;
}
