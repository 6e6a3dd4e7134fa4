import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The key that signs cookies: made once and kept in the data folder, readable by this user alone. Of two processes
 * that begin at once both get the same; a crash leaves a whole one or none.
 */
export function secretIn(dataFolder: string): string {
  const file = join(dataFolder, 'secret');
  const own = `${file}.${randomBytes(6).toString('hex')}`;
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  writeFileSync(own, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
  try {
    linkSync(own, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(own);
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length >= 32) return secret;
  throw new Error(`${file} holds less than 32 characters: remove it, and a new one is made`);
}

/** What is kept of a secret: SHA-256, hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Takes the same time wherever they differ. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
