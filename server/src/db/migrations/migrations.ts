import type { Migration } from 'kysely/migration';
import type { Dialect } from '../open.ts';
import { frame } from './0001-frame.ts';
import { runs } from './0002-runs.ts';
import { exchange } from './0003-exchange.ts';
import { push } from './0004-push.ts';
import { files } from './0005-files.ts';
import { signs } from './0006-signs.ts';
import { demo } from './0007-demo.ts';

/** Every migration by name, in order. A released one is never edited. */
export function migrations(dialect: Dialect): Record<string, Migration> {
  return {
    '0001-frame': frame(dialect),
    '0002-runs': runs(dialect),
    '0003-exchange': exchange(dialect),
    '0004-push': push(dialect),
    '0005-files': files(dialect),
    '0006-signs': signs,
    '0007-demo': demo,
  };
}
