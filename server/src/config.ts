/** Configuration: from the environment, checked as a whole (docs/configuration.md says what each means). */

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parsePush, type PushConfig } from './push-variables.ts';

export type Config = PushConfig & {
  readonly host: string;
  readonly port: number;
  /** Folder of everything this server keeps on disk. */
  readonly data: string;
  /** Folder of the bytes of pictures; of all processes of one database the same. */
  readonly files: string;
  /** `file:` of the SQLite file, or `postgres:`. */
  readonly databaseUrl: URL;
  /** Where people reach this server; an origin. */
  readonly publicUrl: URL;
  /** The key that signs cookies: from RUNG_SECRET, else kept in the data folder. */
  readonly secret: string;
  /** true and false force the demo on and off; null = the server decides. */
  readonly demo: boolean | null;
};

/** What the secret is taken from is the caller's: reading the environment writes nothing. */
export type ParsedConfig = Omit<Config, 'secret'> & { readonly secret: string | null };

/** The configuration, or one sentence for every variable that is wrong. An empty variable counts as not set. */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  /** Why this folder cannot be made or written; null = it can. */
  faultOfFolder: (path: string) => string | null = () => null,
  textOf: (path: string) => string = (path) => readFileSync(path, 'utf8'),
):
  | { readonly ok: true; readonly config: ParsedConfig }
  | { readonly ok: false; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const said = (name: string): string | null => env[name]?.trim() || null;
  const wrong = <Fallback>(sentence: string, fallback: Fallback): Fallback => {
    faults.push(sentence);
    return fallback;
  };

  const host = said('HOST') ?? '127.0.0.1';
  if (isIP(host) === 0 && !/^[a-z0-9.-]+$/i.test(host)) {
    faults.push('HOST must be an address or a host name to listen on, like 127.0.0.1 or 0.0.0.0');
  }

  const portText = said('PORT') ?? '3000';
  const isPort = /^\d{1,5}$/.test(portText) && Number(portText) >= 1 && Number(portText) <= 65_535;
  const port = isPort ? Number(portText) : wrong('PORT must be a number from 1 to 65535', 3000);

  const data = resolve(said('RUNG_DATA') ?? 'data');
  const folderFault = faultOfFolder(data);
  if (folderFault !== null) {
    faults.push(`RUNG_DATA must be a folder that this user can make and write: ${folderFault}`);
  }
  const files = resolve(said('RUNG_FILES') ?? resolve(data, 'files'));
  const filesFault = said('RUNG_FILES') === null ? null : faultOfFolder(files);
  if (filesFault !== null) {
    faults.push(`RUNG_FILES must be a folder that this user can make and write: ${filesFault}`);
  }
  const databaseUrl =
    parseDatabaseUrl(said('DATABASE_URL'), data) ??
    wrong(
      'DATABASE_URL must begin with postgres:// or file: (leave it out for SQLite in RUNG_DATA)',
      new URL('file:///'),
    );
  const publicUrl =
    parseOrigin(said('PUBLIC_URL') ?? `http://localhost:${port}`) ??
    wrong(
      'PUBLIC_URL must be where people reach Rung, https://rung.example.org, without a path',
      new URL('http://localhost'),
    );

  const secret = said('RUNG_SECRET');
  if (secret !== null && secret.length < 32)
    faults.push('RUNG_SECRET must have at least 32 characters');

  const demo = new Map([
    ['1', true],
    ['0', false],
    ['', null],
  ]).get(said('RUNG_DEMO') ?? '');
  if (demo === undefined) faults.push('RUNG_DEMO must be 1 or 0');

  const push = parsePush(said, publicUrl, textOf);
  faults.push(...push.faults);

  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    config: {
      host,
      port,
      data,
      files,
      databaseUrl,
      publicUrl,
      secret,
      demo: demo ?? null,
      ...push.config,
    },
  };
}

/** The address of a database as people write it; null = it is none. Without one: SQLite in the data folder. */
export function parseDatabaseUrl(text: string | null, data: string): URL | null {
  if (text === null) return pathToFileURL(resolve(data, 'rung.db'));
  if (text.startsWith('file:') && !text.startsWith('file://')) {
    return pathToFileURL(resolve(text.slice('file:'.length)));
  }
  const url = URL.parse(text);
  return url !== null && ['file:', 'postgres:', 'postgresql:'].includes(url.protocol) ? url : null;
}

function parseOrigin(text: string): URL | null {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return null;
  return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
    ? url
    : null;
}
