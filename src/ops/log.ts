import { format } from 'node:util';
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

export type Log = Logger;

/** What no line may show, wherever in it; in both ways of writing, since clients and the server differ. */
const secretFields = [
  'password',
  'passwordHash',
  'password_hash',
  'token',
  'authToken',
  '_authToken',
  'reconnectionToken',
  'reconnection_token',
  'authorization',
  'secret',
  'jwtSecret',
  'monitorPassword',
  'metricsToken',
  'redisUrl',
  'redisTlsKey',
  'dealSecret',
];
const depths = ['', '*.', '*.*.'];

/**
 * The server's log: one line of JSON each.
 * @param level the least important lines that are written
 * @param destination standard output by default; `inTerminal` for who reads it there
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: withoutArguments },
    redact: depths.flatMap((depth) => secretFields.map((field) => depth + field)),
    hooks: { streamWrite: maskAddresses },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Errors of Redis name the command that has failed with all that it was to store. */
function withoutArguments(error: Error): object {
  const { command, ...rest } = stdSerializers.err(error) as { command?: { name?: string } };
  return command === undefined ? rest : { ...rest, command: command?.name };
}

/** Where standard output is a terminal: lines for people. Undefined elsewhere, and in production. */
export async function inTerminal(production: boolean): Promise<DestinationStream | undefined> {
  if (production || !process.stdout.isTTY) return undefined;
  const { default: pretty } = await import('pino-pretty');
  return pretty({ translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,process', singleLine: true });
}

/** What any client brings about as often as it likes: it has gone while it came back. It is no fault of ours. */
const byClient = /^Error: reconnection denied\b/;

/**
 * Colyseus' own lines, for the `logger` option of its `Server`. They are free text, in which a token or a password may
 * stand: those are struck out.
 */
export function colyseusLogger(log: Log) {
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (...args: unknown[]) => {
      const text = strikeOut(format(...args));
      log[byClient.test(text) ? 'debug' : level]({ from: 'colyseus' }, text);
    };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * The address of a connection has a pass in its first part, and a session id and tokens behind the question mark. Whatever
 * logs one, an error of the proxy for instance, neither is written.
 */
const maskAddresses = (line: string): string => line.replace(connection, '/[Redacted]/$1');
const connection = /\/[\w%.~-]+\/((?:room|lobby)_[\w-]+)(?:\?[^\s"\\]*)?/g;

const jwt = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const namedSecret = new RegExp(`(["']?\\b(?:${secretFields.join('|')})["']?\\s*[:=]\\s*["']?)[^"'\\s,&}]+`, 'gi');

function strikeOut(text: string): string {
  return text.replace(jwt, '[Redacted]').replace(namedSecret, '$1[Redacted]');
}
