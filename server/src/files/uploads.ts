/** Uploads by tus (https://tus.io/protocols/resumable-upload), each of a picture that was declared. */

import { FileStore } from '@tus/file-store';
import { ERRORS, Server, type ServerOptions } from '@tus/server';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { PictureType } from '@rung/domain/ticket/commands.ts';
import { hashHeader, mostPictureBytes } from '@rung/protocol/files.ts';
import type { Writer } from '../apply/writer.ts';
import type { Clock } from '../clock.ts';
import { type FileRow, fileById } from '../db/files.ts';
import type { Database } from '../db/open.ts';
import type { Log } from '../log.ts';
import { FileFault } from './fault.ts';
import { type Folder, isMissing, sizeOf, sweep } from './folder.ts';
import { shownType } from './picture.ts';
import { hasCome, takeIn } from './take-in.ts';
import { oncePerKey, openLocker } from './turns.ts';

const day = 86_400_000;
/** An upload that nobody touched for so long begins anew. */
const uploadsLastMs = 7 * day;

/** How tus says no: what it throws is no Error. */
export type TusFault = { readonly status_code: number; readonly body: string };

export type Uploads = {
  /** Whether the picture is here. Finishes what a process left that died, or that is just coming to its end. @throws FileFault, Busy */
  isStored(file: FileRow): Promise<boolean>;
  /** Where its upload stands, bytes; null = it was not begun. */
  offsetOf(file: FileRow): Promise<number | null>;
  /** Answers a request of tus about a picture that may be sent. @throws FileFault, Busy, TusFault */
  receive(request: Request): Promise<Response>;
  /** What is shown; null = its bytes are not on this machine any more. */
  shown(file: FileRow): Promise<Shown | null>;
  /** Once a day, removes uploads that nobody goes on with. */
  tidy(): Promise<void>;
};

export type Shown = {
  readonly type: PictureType;
  readonly size: number;
  readonly body: ReadableStream;
};

type Parts = {
  readonly db: Database;
  readonly writer: Pick<Writer, 'storePicture'>;
  readonly clock: Clock;
  readonly log: Log;
};

export function openUploads({ db, writer, clock, log }: Parts, folder: Folder): Uploads {
  const store = new FileStore({ directory: folder.incoming });
  store.extensions = ['creation'];
  const once = oncePerKey<void>();
  let tidiedAt = -Infinity;

  /** Two that ask at once, and two processes that do, come to the same. */
  const finish = (file: FileRow): Promise<void> =>
    once(file.id, async () => {
      await takeIn(folder, file);
      await writer.storePicture(file);
    });

  const server = new Server({
    ...options,
    datastore: store,
    locker: openLocker(),
    onResponseError(_, error) {
      if (error === ERRORS.FILE_WRITE_ERROR) {
        log.warn('the bytes of a picture could not be written', { folder: folder.incoming });
      }
      // Another request wanted it, or the device is gone: neither is the fault of what was sent.
      throw error === ERRORS.ABORTED ? ERRORS.ERR_LOCK_TIMEOUT : error;
    },
    async onUploadFinish(_, { id }) {
      const file = await fileById(db, id);
      if (file === null) throw new FileFault('gone');
      await finish(file);
      return { headers: { [hashHeader]: file.hash } };
    },
  });

  return {
    async isStored(file) {
      if (file.storedAt !== null) return true;
      if (!(await hasCome(folder, file))) return false;
      await finish(file);
      return true;
    },
    async offsetOf({ id }) {
      // Without what tus knows of it the bytes alone are no upload.
      const isKnown = (await sizeOf(join(folder.incoming, `${id}.json`))) !== null;
      return isKnown ? sizeOf(join(folder.incoming, id)) : null;
    },
    receive: async (request) => server.handleWeb(request),
    async shown({ id, type }) {
      try {
        const file = await open(join(folder.shown, id));
        const { size } = await file.stat();
        const body = Readable.toWeb(file.createReadStream()) as ReadableStream;
        return { type: shownType(type), size, body };
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    async tidy() {
      const now = clock.now();
      if (now - tidiedAt < day) return;
      tidiedAt = now;
      const count = await sweep(folder, now - uploadsLastMs);
      if (count > 0) log.info('uploads that nobody went on with were removed', { files: count });
    },
  };
}

const options: Omit<ServerOptions, 'locker'> = {
  path: '/api/files',
  relativeLocation: true,
  maxSize: mostPictureBytes,
  // How long another request of the same upload waits for one whose body does not end.
  lockDrainTimeout: 1000,
  namingFunction: (_, metadata) => metadata?.['file'] ?? '',
  getFileIdFromRequest: ({ url }) => new URL(url).pathname.split('/').at(-1),
};
