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
import { type FileRow, fileById, filesNamed } from '../db/files.ts';
import type { Database } from '../db/open.ts';
import type { Log } from '../log.ts';
import { DiskFault, FileFault } from './fault.ts';
import { beginnings, type Folder, hasRoom, isShown, sweep } from './folder.ts';
import { fileIn } from './metadata.ts';
import { shownType } from './picture.ts';
import { hasCome, takeIn } from './take-in.ts';
import { oncePerKey, openLocker } from './turns.ts';

const day = 86_400_000;
/** An upload that nobody touched for so long begins anew. */
const uploadsLastMs = 7 * day;
/** Of one person at once; a device sends one after the other. More is somebody who fills the disk. */
const mostBegun = 50;

/** How tus says no: what it throws is no Error. */
export type TusFault = { readonly status_code: number; readonly body: string };

export type Uploads = {
  /** Whether an upload of it may begin now; later it may. */
  mayTake(file: FileRow): Promise<'yes' | 'no-room' | 'too-many'>;
  /** Whether the picture is here. Finishes what a process left that died, or that is just coming to its end. @throws FileFault, Busy */
  isStored(file: FileRow): Promise<boolean>;
  /** Where its upload stands, bytes; null = it was not begun. */
  offsetOf(file: FileRow): Promise<number | null>;
  /** Answers a request of tus about a picture that may be sent. @throws FileFault, DiskFault, Busy, TusFault */
  receive(request: Request): Promise<Response>;
  /** What is shown, made anew where it is missing; null = its bytes are not on this machine any more. @throws FileFault, Busy */
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

  async function isStored(file: FileRow): Promise<boolean> {
    // Where the folder was lost, or is an older one, whoever has the bytes still may bring them again.
    if (file.storedAt !== null && (await isShown(folder, file))) return true;
    if (!(await hasCome(folder, file))) return false;
    await finish(file);
    return true;
  }

  const server = new Server({
    ...options,
    datastore: store,
    locker: openLocker(),
    onResponseError(_, error) {
      if (error === ERRORS.FILE_WRITE_ERROR) throw new DiskFault();
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
    async mayTake(file) {
      if (!(await hasRoom(folder, file.size))) return 'no-room';
      const begun = await filesNamed(db, await beginnings(folder));
      const his = begun.filter(({ id, person }) => person === file.person && id !== file.id);
      return his.length < mostBegun ? 'yes' : 'too-many';
    },
    isStored,
    async offsetOf({ id, size }) {
      try {
        // What tus wrote of it may be half of it, where the disk was full or the process died: then it is not begun.
        const upload = await store.getUpload(id);
        return upload.size === size ? upload.offset : null;
      } catch (error) {
        if (error === ERRORS.FILE_NOT_FOUND || error === ERRORS.FILE_NO_LONGER_EXISTS) return null;
        throw error;
      }
    },
    receive: async (request) => server.handleWeb(request),
    async shown(file) {
      if (!(await isStored(file))) return null;
      const bytes = await open(join(folder.shown, file.id));
      const { size } = await bytes.stat();
      const body = Readable.toWeb(bytes.createReadStream()) as ReadableStream;
      return { type: shownType(file.type), size, body };
    },
    async tidy() {
      const now = clock.now();
      if (now - tidiedAt < day) return;
      tidiedAt = now;
      const count = await sweep(folder, now - uploadsLastMs).catch((error: unknown) => {
        // Nothing else must stop for that.
        log.error('the folder of files does not work', { folder: folder.root, error });
        return 0;
      });
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
  // As whoever let it in has read it: tus reads some headers another way, and would name another's.
  namingFunction: ({ headers }) => fileIn(headers.get('upload-metadata')) ?? '',
  getFileIdFromRequest: ({ url }) => new URL(url).pathname.split('/').at(-1),
};
