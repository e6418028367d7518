import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { base64url, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { GroupCommit } from '../../src/journal/groupCommit.ts';
import { createIdentity, type Identity } from '../../src/people/identity.ts';
import { sqliteRevocations } from '../../src/people/revocations.ts';
import { temporaryFolder } from './folder.ts';

const secret = 'a secret of more than thirty-two characters';
const hour = 3_600_000;
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

const revocationsIn = (database: DatabaseSync) =>
  sqliteRevocations(database, new GroupCommit(database), hour, Date.now);

function identityWith(env: Record<string, string>): Identity {
  const config = readConfig({ DATA_DIR: temporaryFolder(), ...env });
  return createIdentity(config, revocationsIn(new DatabaseSync(':memory:')));
}

function sign(claims: JWTPayload, key: KeyObject | string = secret, alg = 'HS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(typeof key === 'string' ? Buffer.from(key) : key);
}

function unsigned(header: object, claims: object, signature = ''): string {
  const [head, body] = [header, claims].map((part) => base64url.encode(JSON.stringify(part)));
  return `${head}.${body}.${signature}`;
}

const unauthenticated = (message: string | RegExp) =>
  expect.objectContaining({ code: 'UNAUTHENTICATED', message: expect.stringMatching(message) });

describe('a token signed with JWT_SECRET', () => {
  const identity = identityWith({ JWT_SECRET: secret });

  test('says who its bearer is', async () => {
    const iat = Math.floor(Date.now() / 1000);
    const exp = inAnHour();
    const token = await sign({ sub: 'ann', name: ' Ann ', roles: ['operator', 'friend'], iat, exp });
    expect(await identity.verify(token)).toEqual({
      id: 'ann',
      name: 'Ann',
      roles: ['operator', 'friend'],
      guest: false,
      generation: 0,
      tokenHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      expiresAt: (exp + 60) * 1000,
    });
  });

  test('needs no more than a user id', async () => {
    expect(await identity.verify(await sign({ sub: 'ann' }))).toEqual({
      id: 'ann',
      name: undefined,
      roles: [],
      guest: false,
      generation: 0,
      tokenHash: expect.any(String),
      expiresAt: undefined,
    });
  });

  test.each([
    ['no token', undefined, 'no token: sign in'],
    ['an empty one', '', 'no token'],
    ['junk', 'junk', 'no JWT'],
    ['three dots of junk', 'a.b.c', 'no JWT'],
    ['4 MB of junk', `${'x'.repeat(4_000_000)}.y.z`, 'longer than 8192'],
    ['one that is signed by `none`', unsigned({ alg: 'none' }, { sub: 'ann' }), 'must be signed with HS256'],
    ['one whose algorithm is no text', unsigned({ alg: ['HS256'] }, { sub: 'ann' }, 'x'), 'not valid here'],
    ['one without a signature', unsigned({ alg: 'HS256' }, { sub: 'ann' }), 'not valid here'],
    ['one whose payload is a list', unsigned({ alg: 'HS256' }, ['ann'], 'x'), 'no JWT'],
  ])('refuses %s, and says what to do', async (_, token, message) => {
    await expect(identity.verify(token)).rejects.toEqual(unauthenticated(message));
  });

  test('is refused when it is forged, expired or not good yet', async () => {
    const later = { sub: 'ann', exp: inAnHour() };
    await expect(identity.verify(await sign(later, 'some other secret of some length'))).rejects.toEqual(
      unauthenticated('not valid here: sign in again'),
    );
    await expect(identity.verify(await sign({ sub: 'ann', exp: 1 }))).rejects.toEqual(unauthenticated('has expired'));
    await expect(identity.verify(await sign({ ...later, nbf: inAnHour() }))).rejects.toEqual(
      unauthenticated('not valid'),
    );
    await expect(identity.verify(await sign(later, secret, 'HS512'))).rejects.toEqual(
      unauthenticated('signed with HS256'),
    );
  });

  test('is taken whatever its `iat` is, and for a minute after its `exp`: clocks differ (never again 49)', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const iat of [0, now + 600, now + 86_400]) {
      expect(await identity.verify(await sign({ sub: 'ann', iat })), String(iat)).toMatchObject({ id: 'ann' });
    }
    const { expiresAt } = await identity.verify(await sign({ sub: 'ann', exp: now - 50 }));
    expect(expiresAt).toBe((now + 10) * 1000);
    await expect(identity.verify(await sign({ sub: 'ann', exp: now - 61 }))).rejects.toEqual(
      unauthenticated('has expired'),
    );
  });

  test('is refused when its payload was changed', async () => {
    const [header, , signature] = (await sign({ sub: 'ann' })).split('.');
    const changed = base64url.encode(JSON.stringify({ sub: 'ann', roles: ['operator'] }));
    await expect(identity.verify(`${header}.${changed}.${signature}`)).rejects.toEqual(unauthenticated('not valid'));
  });

  test.each(['', '__proto__', 'constructor', 'toString', 'a\nb', 'a\u202eb', 'x'.repeat(129)])(
    'is refused when its user id is %j',
    async (sub) => {
      await expect(identity.verify(await sign({ sub }))).rejects.toEqual(unauthenticated('`sub`'));
    },
  );

  test.each([undefined, 7, null, { id: 'ann' }])('is refused when its user id is %j, which is no text', async (sub) => {
    await expect(identity.verify(await sign({ sub } as never))).rejects.toEqual(unauthenticated(/`sub`|not valid/));
  });

  test('has roles only when they are a list of texts', async () => {
    const rolesOf = async (roles: unknown) => (await identity.verify(await sign({ sub: 'ann', roles }))).roles;
    expect(await rolesOf('operator')).toEqual([]);
    expect(await rolesOf({ 0: 'operator', length: 1 })).toEqual([]);
    expect(await rolesOf(['friend', 7, null, ['operator']])).toEqual(['friend']);
  });

  test('has a name that is fit to be shown', async () => {
    const nameOf = async (name: unknown) => (await identity.verify(await sign({ sub: 'ann', name }))).name;
    expect(await nameOf('x'.repeat(40))).toBe('x'.repeat(32));
    expect(await nameOf('\u202eAnn\n')).toBe('Ann');
    expect(await nameOf(' \u0000 ')).toBeUndefined();
    expect(await nameOf({ toString: 'Ann' })).toBeUndefined();
  });
});

describe('a guest', () => {
  test('gets a token that says who they are, under an id that the server made', async () => {
    const identity = identityWith({ SESSION_TTL_S: '100' });
    const { user, token } = await identity.signGuest('Ann');
    expect(user).toMatchObject({
      id: expect.stringMatching(/^guest_[0-9a-f-]{36}$/),
      name: 'Ann',
      roles: [],
      guest: true,
    });
    expect(await identity.verify(token)).toEqual(user);
    expect(user.expiresAt).toBeGreaterThan(Date.now() + 150_000);
    expect(user.expiresAt).toBeLessThanOrEqual(Date.now() + 161_000);
  });

  test('has no roles, even if their token says so and is signed (never again 40)', async () => {
    const identity = identityWith({ JWT_SECRET: secret });
    const token = await sign({ iss: 'recall-guest', sub: 'ann', roles: ['operator'] });
    expect(await identity.verify(token)).toMatchObject({ id: 'ann', guest: true, roles: [] });
  });

  test('is not let in where guests are off, with a token of before either', async () => {
    const { token } = await identityWith({ JWT_SECRET: secret }).signGuest('Ann');
    const identity = identityWith({ JWT_SECRET: secret, ALLOW_GUESTS: 'false' });
    await expect(identity.signGuest('Ann')).rejects.toMatchObject({ code: 'NOT_ALLOWED', status: 403 });
    await expect(identity.verify(token)).rejects.toEqual(unauthenticated('guests are not let in'));
  });

  test('is known again after a restart, without a secret that anybody set', async () => {
    const DATA_DIR = temporaryFolder();
    const { user, token } = await identityWith({ DATA_DIR }).signGuest('Ann');
    expect(await identityWith({ DATA_DIR }).verify(token)).toEqual(user);
    await expect(identityWith({}).verify(token)).rejects.toEqual(unauthenticated('not valid here'));
  });
});

const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};

describe.each(Object.entries(pairs))(
  'a token signed by %s, with JWT_PUBLIC_KEY set',
  (alg, { publicKey, privateKey }) => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const identity = identityWith({ JWT_PUBLIC_KEY: pem, JWT_SECRET: secret });

    test('says who its bearer is, whoever issued it', async () => {
      const claims = { sub: 'ann', roles: ['operator'] };
      for (const iss of [undefined, 'https://id.example']) {
        const user = await identity.verify(await sign(iss ? { ...claims, iss } : claims, privateKey, alg));
        expect(user).toMatchObject({ id: 'ann', guest: false, roles: ['operator'] });
      }
    });

    test('can be made with nothing but the private key: not with the public one as an HS256 secret', async () => {
      const forms = [pem, pem.trim(), publicKey.export({ type: 'spki', format: 'der' }).toString('latin1')];
      for (const form of forms) {
        await expect(identity.verify(await sign({ sub: 'ann' }, form))).rejects.toEqual(unauthenticated(`with ${alg}`));
        const guest = await sign({ iss: 'recall-guest', sub: 'ann' }, form);
        await expect(identity.verify(guest)).rejects.toEqual(unauthenticated('not valid here'));
      }
    });

    test('can’t be made with the secret of guests either', async () => {
      await expect(identity.verify(await sign({ sub: 'ann' }))).rejects.toEqual(unauthenticated(`with ${alg}`));
    });

    test('can’t make a guest, whose tokens are signed by the secret', async () => {
      const token = await sign({ iss: 'recall-guest', sub: 'ann' }, privateKey, alg);
      await expect(identity.verify(token)).rejects.toEqual(unauthenticated('with HS256'));
    });
  },
);

test('signed out is one token of an issuer, however it is written: with another one the user is back at once', async () => {
  const revocations = revocationsIn(new DatabaseSync(':memory:'));
  const config = readConfig({ DATA_DIR: temporaryFolder(), JWT_SECRET: secret });
  const identity = createIdentity(config, revocations);
  const [first, second] = [await sign({ sub: 'ann', jti: '1' }), await sign({ sub: 'ann', jti: '2' })];
  await revocations.revoke(await identity.verify(first));
  await expect(identity.verify(first)).rejects.toEqual(unauthenticated('signed out: sign in again'));
  // The last character of a signature has two bits that nobody reads.
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = letters.indexOf(first.at(-1) as string);
  const twin = first.slice(0, -1) + letters[last ^ 1];
  await expect(identity.verify(twin)).rejects.toEqual(unauthenticated('signed out'));
  expect(await identity.verify(second)).toMatchObject({ id: 'ann', generation: expect.any(Number) });
});

test('signed out are all tokens of a guest’s generation, those of before tokens said one included', async () => {
  const revocations = revocationsIn(new DatabaseSync(':memory:'));
  const config = readConfig({ DATA_DIR: temporaryFolder(), JWT_SECRET: secret });
  const identity = createIdentity(config, revocations);
  const { user, token } = await identity.signGuest('Ann');
  const older = await sign({ iss: 'recall-guest', sub: user.id });
  await revocations.revoke(await identity.verify(token));
  for (const one of [token, older]) await expect(identity.verify(one)).rejects.toEqual(unauthenticated('signed out'));
  const { generation } = await revocations.look(user.id, '');
  const next = await sign({ iss: 'recall-guest', sub: user.id, gen: generation });
  expect(await identity.verify(next)).toMatchObject({ id: user.id, generation });
});

test('of who was erased no token of before is good, nor one that may be; they may come back a minute later', async () => {
  const revocations = revocationsIn(new DatabaseSync(':memory:'));
  const config = readConfig({ DATA_DIR: temporaryFolder(), JWT_SECRET: secret });
  const identity = createIdentity(config, revocations);
  const { user, token } = await identity.signGuest('Ann');
  const now = Math.floor(Date.now() / 1000);
  const before = [await sign({ sub: 'ann', iat: now - 3600 }), await sign({ sub: 'ann' })];
  for (const one of before) await identity.verify(one);
  await revocations.erase(user, 'ann');
  await revocations.erase({ id: 'ann', guest: false, expiresAt: undefined }, 'somebody');
  for (const one of [...before, await sign({ sub: 'ann', iat: now + 50 })])
    await expect(identity.verify(one)).rejects.toEqual(unauthenticated('erased'));
  await expect(identity.verify(token)).rejects.toEqual(unauthenticated('signed out'));
  expect(await identity.verify(await sign({ sub: 'ann', iat: now + 70 }))).toMatchObject({ id: 'ann' });
});

test('a token whose sign-out nobody can look up is not let in, and one that is bad all the same is told so', async () => {
  const database = new DatabaseSync(':memory:');
  const config = readConfig({ DATA_DIR: temporaryFolder(), JWT_SECRET: secret });
  const identity = createIdentity(config, revocationsIn(database));
  const token = await sign({ sub: 'ann' });
  database.close();
  await expect(identity.verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
  await expect(identity.verify('junk')).rejects.toEqual(unauthenticated('no JWT'));
});

test('with JWT_PUBLIC_KEY alone production lets no guests in, and development makes them a secret', async () => {
  const JWT_PUBLIC_KEY = pairs.EdDSA.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const guest = await identityWith({ JWT_PUBLIC_KEY }).signGuest('Ann');
  const production = identityWith({ JWT_PUBLIC_KEY, NODE_ENV: 'production' });
  await expect(production.signGuest('Ann')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  await expect(production.verify(guest.token)).rejects.toEqual(unauthenticated('guests are not let in'));
});
