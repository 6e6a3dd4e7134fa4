import type { Actor } from '@rung/domain/access/may.ts';
import type { Directory } from '@rung/domain/directory/directory.ts';
import type { Result } from '@rung/domain/base/result.ts';
import type { DemoPaged, DemoPart, DemoPhones } from '@rung/protocol/demo.ts';
import type { EndpointFault } from '@rung/protocol/push.ts';
import type { Writer } from '../apply/writer.ts';
import type { Auth } from '../auth/auth.ts';
import type { SignInLimits } from '../auth/sign-in-limits.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { DirectoryCache } from '../db/directory.ts';
import type { Database } from '../db/open.ts';
import type { Uploads } from '../files/uploads.ts';
import type { DirectoryDoor } from '../directory-door.ts';
import type { Log } from '../log.ts';
import type { Sealer } from '../sealed.ts';
import type { Streams } from './streams.ts';

/** What the handlers work with; made once, by house.ts. */
export type Parts = {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly db: Database;
  readonly directory: DirectoryCache;
  readonly writer: Writer;
  readonly auth: Auth;
  readonly door: DirectoryDoor;
  readonly limits: SignInLimits;
  readonly streams: Streams;
  /** Lets the command line of this machine in, as `operator`. */
  readonly serverToken: string;
  readonly health: Health;
  readonly push: Push;
  readonly uploads: Uploads;
  /** null = this server plays no demo. */
  readonly demo: Demo | null;
};

/** The demo company, as its doors know it. */
export type Demo = {
  /** Whom a visitor can be, in the order in which they are offered. */
  readonly cast: readonly { readonly key: string; readonly part: DemoPart }[];
  /** A visitor is this person now; null = he was nobody before. */
  moved(before: string | null, after: string): void;
  phones(): Promise<DemoPhones['phones']>;
  /** Somebody reports what pages this person first. Refused: nothing pages him and nobody else first. */
  pageMe(person: string): Promise<Result<DemoPaged, 'not-paged'>>;
};

/** What a simulated phone shows. */
export type Shown = DemoPhones['phones'][number]['shown'][number];

/** What the doors need to know of web push. */
export type Push = {
  /** Our VAPID key, base64url. */
  readonly publicKey: string;
  /** Why nothing may be sent to this endpoint; null = it may. */
  readonly fault: (endpoint: string) => EndpointFault | null;
  /** Subscriptions are kept sealed: whoever reads the database cannot page anybody. */
  readonly sealer: Sealer;
};

/** What is wrong, each a sentence; empty = healthy. */
export type Health = {
  readonly ready: () => Promise<readonly string[]>;
  readonly engine: () => readonly string[];
};

/**
 * What the guard found out about a request. `session`: the id of the session it carries; null = it carries none.
 * `sessionHash`: of that one's token, or of one that is over, or of somebody's who may not act any more.
 */
export type Env = {
  Variables: {
    actor: Actor;
    directory: Directory;
    session: string | null;
    sessionHash: string | null;
  };
};
