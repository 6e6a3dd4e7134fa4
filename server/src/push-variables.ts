/** Configuration of web push: what the variables PUSH_… say. */

import { X509Certificate } from 'node:crypto';
import { isLoopback } from './loopback.ts';

export type PushConfig = {
  /** Contact in push messages: `mailto:` or `https:`. null = PUBLIC_URL, if it is https. */
  readonly pushSubject: string | null;
  /** Push services that the guard lets through as they are, host:port. */
  readonly pushAllow: readonly string[];
  /** PEM: a further CA that the hosts of `pushAllow` are trusted by. null = none. */
  readonly pushCa: string | null;
  /** Further push services, by the name of their host; `*.` in front stands for whatever is below it. */
  readonly pushServices: readonly string[];
};

/** `textOf` reads a file. @throws where it cannot */
export function parsePush(
  said: (name: string) => string | null,
  publicUrl: URL,
  textOf: (path: string) => string,
): { readonly faults: readonly string[]; readonly config: PushConfig } {
  const listed = (name: string): readonly string[] =>
    (said(name) ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
  const pushSubject = said('PUSH_SUBJECT');
  const pushAllow = listed('PUSH_ALLOW');
  const caPath = said('PUSH_CA');
  const pushServices = listed('PUSH_SERVICES');
  const ca = caPath === null ? null : readCa(caPath, textOf);

  const forOneMachine = (name: string, isSet: boolean): string | false =>
    isSet &&
    !isLoopback(publicUrl) &&
    `${name} is for trying things out on one machine: it cannot stand beside a public PUBLIC_URL`;
  const faults = [
    pushSubject !== null &&
      !isSubject(pushSubject) &&
      'PUSH_SUBJECT must be an address that push services can write to: mailto:you@example.org or https://…',
    !pushAllow.every(isHostPort) && 'PUSH_ALLOW must be a list of host:port, separated by commas',
    forOneMachine('PUSH_ALLOW', pushAllow.length > 0),
    ca !== null &&
      'fault' in ca &&
      `PUSH_CA must be a file that this user can read and that holds a certificate (PEM): ${ca.fault}`,
    forOneMachine('PUSH_CA', caPath !== null),
    !pushServices.every(isHostName) &&
      'PUSH_SERVICES must be a list of host names without a port, like push.example.org, separated by commas',
  ];
  const pushCa = ca !== null && 'pem' in ca ? ca.pem : null;
  return {
    faults: faults.filter((fault) => fault !== false),
    config: { pushSubject, pushAllow, pushCa, pushServices },
  };
}

/** Whom push services can write to about us. null = nobody: Apple takes nothing from us then. */
export function pushSubjectOf({
  pushSubject,
  publicUrl,
}: Pick<PushConfig, 'pushSubject'> & { readonly publicUrl: URL }): string | null {
  if (pushSubject !== null) return pushSubject;
  return publicUrl.protocol === 'https:' && !isLoopback(publicUrl) ? publicUrl.origin : null;
}

function isSubject(text: string): boolean {
  if (/^mailto:[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text)) return true;
  const url = URL.parse(text);
  return url !== null && /^https:\/\/\S+$/.test(text) && !isLoopback(url);
}

function isHostPort(text: string): boolean {
  return /^[a-z0-9.-]+:\d{1,5}$/i.test(text);
}

/** A name with a dot, no address; `*.` only above two labels, so that nobody lets all of `.org` in. */
function isHostName(text: string): boolean {
  const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
  return new RegExp(`^(?:\\*\\.)?(?:${label}\\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?$`, 'i').test(text);
}

function readCa(
  path: string,
  textOf: (path: string) => string,
): { readonly pem: string } | { readonly fault: string } {
  try {
    const pem = textOf(path);
    void new X509Certificate(pem);
    return { pem };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
