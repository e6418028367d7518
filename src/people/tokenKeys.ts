import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { Config } from '../config.ts';
import { RecallError } from '../protocol/errors.ts';
import { keptSecret } from './secrets.ts';
import { unavailable } from './unavailable.ts';

/** How far an issuer's clock and ours may be apart, s: for so long a token is good after its `exp`, and before its `nbf`. */
export const clockToleranceS = 60;

/** So long a provider may take to say which keys are good, ms. */
const providerWithinMs = 3000;
/** What is signed by a key of a provider: never by a secret. */
const providerAlgorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** One key and the one algorithm that it is for. */
export interface Key {
  readonly key: KeyObject;
  readonly algorithm: 'HS256' | 'RS256' | 'ES256' | 'EdDSA';
}

/**
 * What a token says, where its signature and its times are right.
 * @throws RecallError UNAUTHENTICATED with what to do; UNAVAILABLE where nobody can say just now which keys are good
 */
export type CheckToken = (token: string) => Promise<JWTPayload>;

export type KeyConfig = Pick<
  Config,
  'jwtSecret' | 'jwtSecretOther' | 'jwtPublicKey' | 'jwtPublicKeyOther' | 'dataDir' | 'production'
> &
  Pick<Config, 'jwksUrl' | 'jwtIssuer' | 'jwtAudience'>;

/** The key that guests' tokens are signed with; undefined where there is none. */
export function signingKey(config: KeyConfig): Key | undefined {
  const key = secretOf(config);
  return key && { key, algorithm: 'HS256' };
}

/** What guests' tokens are signed with; undefined where there is none. */
export function secretOf(config: Pick<Config, 'jwtSecret' | 'dataDir' | 'production'>): KeyObject | undefined {
  const made = () => (config.production ? undefined : keptSecret(config.dataDir, 'jwt.secret', 32));
  const secret = config.jwtSecret ?? made();
  return secret === undefined ? undefined : createSecretKey(secret, 'utf8');
}

/** For guests' tokens; undefined where there is no key. */
export function checkGuests(config: KeyConfig): CheckToken | undefined {
  return checkBySecrets(config);
}

/**
 * For tokens of other issuers; undefined where there is no key.
 * @param onTrouble told when a provider does not say which keys are good
 */
export function checkAccounts(config: KeyConfig, onTrouble: (error: unknown) => void): CheckToken | undefined {
  const { jwksUrl, jwtPublicKey, jwtPublicKeyOther, jwtIssuer, jwtAudience } = config;
  const demands = { ...(jwtIssuer && { issuer: jwtIssuer }), ...(jwtAudience && { audience: jwtAudience }) };
  if (jwksUrl) return checkByProvider(jwksUrl, demands, onTrouble);
  if (jwtPublicKey) return checkBy([jwtPublicKey, ...(jwtPublicKeyOther ? [jwtPublicKeyOther] : [])], demands);
  return checkBySecrets(config, demands);
}

function checkBySecrets(config: KeyConfig, demands?: JWTVerifyOptions): CheckToken | undefined {
  const signing = signingKey(config);
  const { jwtSecretOther: other } = config;
  const others: Key[] = other === undefined ? [] : [{ key: createSecretKey(other, 'utf8'), algorithm: 'HS256' }];
  return signing && checkBy([signing, ...others], demands);
}

/** Names a key in a token's `kid`: a public one as RFC 7638 does it; from a secret's nobody learns anything of it. */
export async function idOf({ key }: Key): Promise<string> {
  if (key.type === 'secret') return createHmac('sha256', key).update('recall kid').digest('base64url').slice(0, 16);
  return calculateJwkThumbprint(key);
}

/** By the key that the token names; where it names none of these, by the first one that it was signed with. */
function checkBy(keys: readonly Key[], demands: JWTVerifyOptions = {}): CheckToken {
  const ids = Promise.all(keys.map(idOf));
  const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))].join(' or ');
  return async (token) => {
    const { kid, alg } = headerOf(token);
    const known = await ids;
    const named = keys.filter((_, i) => known[i] === kid);
    const candidates = named.length > 0 ? named : keys;
    const fitting = candidates.filter(({ algorithm }) => algorithm === alg);
    let failed: unknown;
    for (const { key, algorithm } of fitting.length > 0 ? fitting : candidates.slice(0, 1)) {
      try {
        const options = { ...demands, algorithms: [algorithm], clockTolerance: clockToleranceS };
        return (await jwtVerify(token, key, options)).payload;
      } catch (error) {
        failed = error;
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
      }
    }
    throw refusalFor(failed, algorithms);
  };
}

function checkByProvider(url: string, demands: JWTVerifyOptions, onTrouble: (error: unknown) => void): CheckToken {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: providerWithinMs });
  const options = { ...demands, algorithms: providerAlgorithms, clockTolerance: clockToleranceS };
  /** It has answered, with keys that nobody can sign with. */
  const hasNone = () => !keys.jwks()?.keys.some(({ kty = '' }) => ['RSA', 'EC', 'OKP'].includes(kty));
  return async (token) => {
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      const isProviders = isOfProvider(error) || (error instanceof errors.JWKSNoMatchingKey && hasNone());
      if (!isProviders) throw refusalFor(error, 'a key of the identity provider');
      onTrouble(error);
      throw unavailable('the token can not be checked just now, nothing has changed: try again', error);
    }
  };
}

/** It doesn't answer, or with something else than keys. */
const isOfProvider = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  error.code === errors.JOSEError.code;

/** Not to be believed: it only picks the key. */
function headerOf(token: string): { kid?: unknown; alg?: unknown } {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return {};
  }
}

function refusalFor(error: unknown, algorithms: string): unknown {
  if (error instanceof errors.JWTExpired) return refused('the token has expired: sign in again');
  if (error instanceof errors.JOSEAlgNotAllowed) return refused(`the token must be signed with ${algorithms}`);
  if (error instanceof errors.JWTClaimValidationFailed && ['iss', 'aud'].includes(error.claim))
    return refused(`the token is for another service (\`${error.claim}\`): sign in again`);
  if (error instanceof errors.JOSEError) return refused('the token is not valid here: sign in again');
  return error;
}

export function refused(message: string): RecallError {
  return new RecallError('UNAUTHENTICATED', message);
}
