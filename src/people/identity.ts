import { createHash } from 'node:crypto';
import { decodeJwt, type JWTPayload, SignJWT } from 'jose';
import type { Config } from '../config.ts';
import { RecallError } from '../protocol/errors.ts';
import { shownName } from './name.ts';
import type { Revocations } from './revocations.ts';
import { checkAccounts, checkGuests, clockToleranceS, idOf, type KeyConfig, refused, signingKey } from './tokenKeys.ts';
import { freshGuestId, isUserId, type User } from './user.ts';

/** The `iss` of the tokens that this server gives to guests. */
const guestIssuer = 'recall-guest';
const maxTokenLength = 8192;

type IdentityConfig = KeyConfig & Pick<Config, 'allowGuests' | 'sessionTtlMs'>;

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
 * A token's `iss` picks the one kind of key that it is checked with: `recall-guest` the secret, any other (or none) the
 * public key or those of `JWKS_URL` where one is set, else the secret. So no token can choose its algorithm, and a public
 * key never serves as an HMAC secret.
 * @param onTrouble told when the keys of `JWKS_URL` can't be had
 */
export function createIdentity(
  config: IdentityConfig,
  revocations: Revocations,
  onTrouble: (error: unknown) => void = () => {},
): Identity {
  const checkAccount = checkAccounts(config, onTrouble);
  const checkGuest = config.allowGuests ? checkGuests(config) : undefined;
  const guestKey = config.allowGuests ? signingKey(config) : undefined;

  return {
    async verify(token) {
      if (!token) throw refused('no token: sign in (POST /auth/anonymous gives guests one) and send it as Bearer');
      const guest = issuerOf(token) === guestIssuer;
      const check = guest ? checkGuest : checkAccount;
      if (!check) throw refused('guests are not let in here: sign in with an account');

      const claims = await check(token);
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
        sub: freshGuestId(),
        gen: 0,
        iat: now,
        exp: now + Math.ceil(config.sessionTtlMs / 1000),
        name: shownName(name),
      };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: await idOf(guestKey) })
        .sign(guestKey.key);
      return { user: { ...userOf(claims.sub, claims, true), generation: claims.gen, tokenHash: '' }, token };
    },
  };
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
