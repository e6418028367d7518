import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { GroupCommit } from '../../src/journal/groupCommit.ts';
import { createIdentity } from '../../src/people/identity.ts';
import { sqliteRevocations } from '../../src/people/revocations.ts';
import { idOf } from '../../src/people/tokenKeys.ts';
import { temporaryFolder } from './folder.ts';

const [before, now, another] = ['before', 'now', 'another'].map(
  (name) => `the secret ${name}, of more than 32 characters`,
);
const env = (settings: Record<string, string | undefined>) => readConfig({ DATA_DIR: temporaryFolder(), ...settings });

function identityWith(settings: Record<string, string | undefined>, onTrouble = (_: unknown) => {}) {
  const database = new DatabaseSync(':memory:');
  const revocations = sqliteRevocations(database, new GroupCommit(database), 3_600_000, Date.now);
  return createIdentity(env(settings), revocations, onTrouble);
}

const sign = (claims: JWTPayload, key: KeyObject | string = '', alg = 'HS256', kid?: string) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg, ...(kid && { kid }) })
    .sign(typeof key === 'string' ? new TextEncoder().encode(key) : key);
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const notValid = { code: 'UNAUTHENTICATED', message: expect.stringContaining('not valid here') };

describe('while a key is replaced', () => {
  test('tokens of either secret are good, guests’ included, and new ones are signed with the first', async () => {
    const old = identityWith({ JWT_SECRET: before });
    const both = identityWith({ JWT_SECRET: now, JWT_SECRET_OTHER: before });
    const next = identityWith({ JWT_SECRET: now });
    const [guestOfOld, guestOfBoth] = [await old.signGuest('Ann'), await both.signGuest('Ben')];
    expect(await both.verify(guestOfOld.token)).toEqual(guestOfOld.user);
    expect(await next.verify(guestOfBoth.token)).toEqual(guestOfBoth.user);
    await expect(next.verify(guestOfOld.token)).rejects.toMatchObject(notValid);
    // A process that knows the next secret already takes what the others will sign.
    expect(await identityWith({ JWT_SECRET: before, JWT_SECRET_OTHER: now }).verify(guestOfBoth.token)).toBeTruthy();
    for (const secret of [before, now]) expect(await both.verify(await sign({ sub: 'olga' }, secret))).toBeTruthy();
    await expect(both.verify(await sign({ sub: 'olga' }, another))).rejects.toMatchObject(notValid);
    await expect(both.verify(await sign({ sub: 'olga', exp: 1 }, before))).rejects.toMatchObject({
      message: expect.stringContaining('expired'),
    });
  });

  test('a token that names its key is checked by that one alone, and the name tells nothing of a secret', async () => {
    const { token } = await identityWith({ JWT_SECRET: now }).signGuest('Ann');
    const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    expect(kid).toMatch(/^[\w-]{16}$/);
    const both = identityWith({ JWT_SECRET: now, JWT_SECRET_OTHER: before });
    await expect(both.verify(await sign({ sub: 'olga' }, before, 'HS256', kid))).rejects.toMatchObject(notValid);
    expect(
      await both.verify(await sign({ sub: 'olga' }, before, 'HS256', 'whatever its issuer calls it')),
    ).toBeTruthy();
  });

  test('two public keys may be of different kinds', async () => {
    const [rsa, ed] = [generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ed25519')];
    const keys = { JWT_PUBLIC_KEY: pemOf(ed.publicKey), JWT_PUBLIC_KEY_OTHER: pemOf(rsa.publicKey) };
    const identity = identityWith({ ...keys, JWT_SECRET: now });
    expect(await identity.verify(await sign({ sub: 'ann' }, ed.privateKey, 'EdDSA'))).toMatchObject({ id: 'ann' });
    expect(await identity.verify(await sign({ sub: 'ann' }, rsa.privateKey, 'RS256'))).toMatchObject({ id: 'ann' });
    const kid = await idOf({ key: rsa.publicKey, algorithm: 'RS256' });
    expect(await identity.verify(await sign({ sub: 'ann' }, rsa.privateKey, 'RS256', kid))).toMatchObject({
      id: 'ann',
    });
    await expect(identity.verify(await sign({ sub: 'ann' }, now))).rejects.toMatchObject({
      message: expect.stringContaining('signed with EdDSA or RS256'),
    });
  });
});

test('JWT_ISSUER and JWT_AUDIENCE refuse what was made by or for another service, and concern no guests', async () => {
  const identity = identityWith({ JWT_SECRET: now, JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'recall' });
  const good = { sub: 'ann', iss: 'https://id.example', aud: ['recall', 'shop'] };
  expect(await identity.verify(await sign(good, now))).toMatchObject({ id: 'ann' });
  for (const [claims, which] of [
    [{ ...good, iss: 'https://evil.example' }, 'iss'],
    [{ ...good, aud: 'shop' }, 'aud'],
    [{ sub: 'ann', iss: good.iss }, 'aud'],
  ] as const)
    await expect(identity.verify(await sign({ ...claims } as JWTPayload, now))).rejects.toMatchObject({
      ...{ code: 'UNAUTHENTICATED', message: expect.stringContaining(`\`${which}\``) },
    });
  const { token, user } = await identity.signGuest('Gus');
  expect(await identity.verify(token)).toEqual(user);
});

describe('with JWKS_URL', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' });
  let answer: () => { status: number; body: unknown };
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    const { status, body } = answer();
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  let JWKS_URL: string;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    JWKS_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    asked = 0;
    answer = () => ({ status: 200, body: { keys: [jwk(pair.publicKey, 'first')] } });
  });

  test('accounts are those of the provider, whose keys are asked for once', async () => {
    const identity = identityWith({ JWKS_URL, JWT_SECRET: now });
    for (const sub of ['ann', 'ben'])
      expect(await identity.verify(await sign({ sub }, pair.privateKey, 'ES256', 'first'))).toMatchObject({ id: sub });
    const forger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await expect(identity.verify(await sign({ sub: 'ann' }, forger, 'ES256', 'first'))).rejects.toMatchObject(notValid);
    await expect(identity.verify(await sign({ sub: 'ann' }, forger, 'ES256', 'made up'))).rejects.toMatchObject(
      notValid,
    );
    await expect(identity.verify(await sign({ sub: 'ann' }, now))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(asked).toBe(1);
    const { token, user } = await identity.signGuest('Gus');
    expect(await identity.verify(token)).toEqual(user);
  });

  test('a provider that can not be asked is no reason to send anybody away for good', async () => {
    const onTrouble = vi.fn();
    answer = () => ({ status: 500, body: {} });
    const identity = identityWith({ JWKS_URL, JWT_SECRET: now }, onTrouble);
    const token = await sign({ sub: 'ann' }, pair.privateKey, 'ES256', 'first');
    await expect(identity.verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    answer = () => ({ status: 200, body: { none: true } });
    await expect(identity.verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    for (const keys of [[], [{ kty: 'x', kid: 'first' }]]) {
      answer = () => ({ status: 200, body: { keys } });
      const fresh = identityWith({ JWKS_URL, JWT_SECRET: now }, onTrouble);
      await expect(fresh.verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
    expect(onTrouble).toHaveBeenCalledTimes(4);
    const nobody = identityWith({ JWKS_URL: 'http://127.0.0.1:1/', JWT_SECRET: now });
    await expect(nobody.verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    answer = () => ({ status: 200, body: { keys: [jwk(pair.publicKey, 'first')] } });
    expect(await identity.verify(token)).toMatchObject({ id: 'ann' });
  });
});
