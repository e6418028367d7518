import { createHash, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Config } from '../config.ts';
import { RecallError } from '../protocol/errors.ts';
import { shownName } from './name.ts';
import type { Revocations } from './revocations.ts';
import { keptSecret } from './secrets.ts';
import { isUserId, type User } from './user.ts';

/** The `iss` of the tokens that this server gives to guests. */
const guestIssuer = 'recall-guest';
const maxTokenLength = 8192;
/** How far an issuer's clock and ours may be apart, s: for so long a token is good after its `exp`, and before its `nbf`. */
const clockToleranceS = 60;

type IdentityConfig = Pick<
  Config,
  'jwtSecret' | 'jwtPublicKey' | 'allowGuests' | 'dataDir' | 'production' | 'sessionTtlMs'
>;

/** One key and the one algorithm that it is for. */
interface Key {
  key: KeyObject;
  algorithm: 'HS256' | 'RS256' | 'ES256' | 'EdDSA';
}

/** Tells who a token belongs to, and gives tokens to guests. */
export interface Identity {
  /**
   * @param token as sent, without `Bearer`.
   * @throws RecallError UNAUTHENTICATED with what to do, when there is no token, a bad, an expired or a signed out one;
   * BANNED; UNAVAILABLE while nobody can tell whether its user has signed out, or is banned.
   */
  verify(token: string | undefined): Promise<User>;
  /**
   * Makes a guest and their token. What a guest may choose is the name alone.
   * @throws RecallError NOT_ALLOWED where guests are off.
   */
  signGuest(name: string | undefined): Promise<{ user: User; token: string }>;
}

/**
 * A token's `iss` picks the one key that it is checked with: `recall-guest` the secret, any other (or none) the public
 * key where one is set, else the secret. So no token can choose its algorithm, and a public key never serves as an HMAC
 * secret.
 */
export function createIdentity(config: IdentityConfig, revocations: Revocations): Identity {
  const key = secretOf(config);
  const secret: Key | undefined = key && { key, algorithm: 'HS256' };
  const issuerKey: Key | undefined = config.jwtPublicKey ?? secret;
  const guestKey = config.allowGuests ? secret : undefined;

  return {
    async verify(token) {
      if (!token) throw refused('no token: sign in (POST /auth/anonymous gives guests one) and send it as Bearer');
      const guest = issuerOf(token) === guestIssuer;
      const key = guest ? guestKey : issuerKey;
      if (!key) throw refused('guests are not let in here: sign in with an account');

      const claims = await claimsOf(token, key);
      const id = userIdOf(claims);
      const tokenHash = guest ? '' : hashOf(token);
      const { generation: now, isRevoked, erasedAt, bannedUntil } = await revocations.look(id, tokenHash);
      if (bannedUntil !== null) throw banned(bannedUntil);
      const generation = guest ? generationIn(claims) : now;
      if (isRevoked || now > generation) throw refused('signed out: sign in again');
      if (!guest && isOfBefore(erasedAt, claims))
        throw refused('all of this user was erased: sign in again in a minute');
      return { ...userOf(id, claims, guest), generation, tokenHash };
    },

    async signGuest(name) {
      if (!guestKey) throw new RecallError('NOT_ALLOWED', 'guests are not let in here: sign in with an account');
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: guestIssuer,
        sub: `guest_${randomUUID()}`,
        gen: 0,
        iat: now,
        exp: now + Math.ceil(config.sessionTtlMs / 1000),
        name: shownName(name),
      };
      const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(guestKey.key);
      return { user: { ...userOf(claims.sub, claims, true), generation: claims.gen, tokenHash: '' }, token };
    },
  };
}

/** What guests' tokens are signed with; undefined where there is none. */
export function secretOf(config: Pick<Config, 'jwtSecret' | 'dataDir' | 'production'>): KeyObject | undefined {
  const made = () => (config.production ? undefined : keptSecret(config.dataDir, 'jwt.secret', 32));
  const secret = config.jwtSecret ?? made();
  return secret === undefined ? undefined : createSecretKey(secret, 'utf8');
}

/** Who the token says it is from. Not to be believed: it only picks the key. */
function issuerOf(token: string): string | undefined {
  if (token.length > maxTokenLength) throw refused(`the token is longer than ${maxTokenLength} characters`);
  try {
    return decodeJwt(token).iss;
  } catch {
    throw refused('the token is no JWT: sign in again');
  }
}

async function claimsOf(token: string, { key, algorithm }: Key): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, key, { algorithms: [algorithm], clockTolerance: clockToleranceS })).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refused('the token has expired: sign in again');
    if (error instanceof errors.JOSEAlgNotAllowed) throw refused(`the token must be signed with ${algorithm}`);
    if (error instanceof errors.JOSEError) throw refused('the token is not valid here: sign in again');
    throw error;
  }
}

function userIdOf({ sub }: JWTPayload): string {
  if (!isUserId(sub)) throw refused("the token's `sub` must be 1 to 128 printable characters, and no reserved word");
  return sub;
}

/** All that is signed. The signature is left out: the same one can be written in more than one way. */
const hashOf = (token: string): string =>
  createHash('sha256')
    .update(token.slice(0, token.lastIndexOf('.')))
    .digest('hex');

/** Of a guest's token; older ones don't say it, and are of the first. */
const generationIn = ({ gen }: JWTPayload): number => (typeof gen === 'number' ? gen : 0);

/**
 * Whether a token may have been issued before its user was erased. What it says of itself counts here, and to come back
 * a minute late, or not at all by an issuer that says nothing, is the lesser evil.
 */
const isOfBefore = (erasedAt: number, { iat = 0 }: JWTPayload): boolean =>
  erasedAt > 0 && (iat - clockToleranceS) * 1000 <= erasedAt;

/** But for that, a token says nothing by its `iat`: clocks differ, and one is set back now and then. */
function userOf(id: string, claims: JWTPayload, guest: boolean): Omit<User, 'generation' | 'tokenHash'> {
  const { exp, name, roles } = claims;
  return {
    id,
    name: shownName(name),
    roles: guest ? [] : rolesOf(roles),
    guest,
    expiresAt: exp === undefined ? undefined : (exp + clockToleranceS) * 1000,
  };
}

function rolesOf(roles: unknown): string[] {
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
}

const banned = (until: number): RecallError =>
  new RecallError('BANNED', `an operator of this server has banned you until ${new Date(until).toISOString()}`);

function refused(message: string): RecallError {
  return new RecallError('UNAUTHENTICATED', message);
}
