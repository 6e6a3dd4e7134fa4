import { hashHeader } from '@rung/protocol/files.ts';
import { ulid } from '@rung/protocol/text.ts';
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { fileById, type FileRow } from '../db/files.ts';
import { ticketById } from '../db/tickets.ts';
import { DiskFault, FileFault } from '../files/fault.ts';
import { fileIn } from '../files/metadata.ts';
import type { TusFault } from '../files/uploads.ts';
import { guard } from './guard.ts';
import { HttpProblem, notFound } from './problem.ts';
import type { Env, Parts } from './parts.ts';
import { mayOn } from './ticket-reading.ts';

/**
 * The bytes of pictures: sent by tus, by whoever attached it and nobody else; shown to whoever reads the ticket's timeline.
 * An upload that is over answers by its hash, whoever asks and however often: a phone whose last answer was lost learns it.
 */
export function pictureRoutes(parts: Parts): Hono<Env> {
  const { db, uploads } = parts;

  return (
    new Hono<Env>()
      .options('/', guard(parts, 'OPTIONS /api/files'), (c) => received(c))

      .post('/', guard(parts, 'POST /api/files'), async (c) => {
        const file = await ownFile(c, fileIn(c.req.header('upload-metadata')));
        checkLength(c, file);
        const offset = await told(() => hasBegun(file));
        if (offset === null) {
          await checkRoom(file);
          return received(c);
        }
        const isStored = offset === file.size;
        return c.body(null, isStored ? 200 : 201, {
          ...standing(file, offset),
          Location: `/api/files/${file.id}`,
        });
      })

      .patch('/:id', guard(parts, 'PATCH /api/files/:id'), async (c) => {
        const file = await ownFile(c, c.req.param('id'));
        const isStored = await told(() => uploads.isStored(file));
        return isStored ? c.body(null, 204, standing(file, file.size)) : received(c);
      })

      // Hono answers HEAD by the handler of GET.
      .get('/:id', guard(parts, 'GET /api/files/:id'), (c) =>
        c.req.method === 'HEAD' ? stands(c) : shown(c),
      )
  );

  /** How far the upload came. */
  async function stands(c: Context<Env>): Promise<Response> {
    const file = await ownFile(c, c.req.param('id'));
    const offset = await told(() => hasBegun(file));
    if (offset === null) throw notFound();
    return c.body(null, 200, {
      ...standing(file, offset),
      'Upload-Length': String(file.size),
    });
  }

  async function shown(c: Context<Env>): Promise<Response> {
    const { actor, directory } = c.var;
    const file = await fileOf(c.req.param('id'));
    const row = file && (await ticketById(db, file.ticket));
    if (!file || !row || !mayOn(actor, 'ticket.timeline', row.ticket, directory)) throw notFound();
    if (file.storedAt === null) {
      const sentence = 'The picture is still on the device that took it.';
      throw new HttpProblem('not-found', sentence, { code: 'not-stored' });
    }
    const picture = await told(() => uploads.shown(file));
    if (picture === null) {
      parts.log.error('a picture is missing in the folder of files', { file: file.id });
      const sentence = 'The picture is missing on the server. Tell your administrator.';
      throw new HttpProblem('not-found', sentence, { code: 'lost' });
    }
    return c.body(picture.body, 200, {
      'Content-Type': picture.type,
      'Content-Length': String(picture.size),
      'Content-Disposition': `attachment; filename="${file.id}"`,
    });
  }

  /** @throws HttpProblem where its upload is not to begin now */
  async function checkRoom(file: FileRow): Promise<void> {
    const answer = await told(() => uploads.mayTake(file));
    if (answer === 'no-room') {
      const { files } = parts.config;
      parts.log.warn('no picture is taken: the disk has no room for more', { folder: files });
      const sentence = 'The server has no room for pictures. Tell your administrator.';
      throw new HttpProblem('busy', sentence, { code: answer, retryAfter: 60 });
    }
    if (answer === 'too-many') {
      const sentence = 'Too many of your pictures have begun and not ended. Send those first.';
      throw new HttpProblem('too-many', sentence, { code: answer, retryAfter: 3600 });
    }
  }

  /** How much of it is here, bytes; null = its upload was not begun. */
  async function hasBegun(file: FileRow): Promise<number | null> {
    try {
      if (await uploads.isStored(file)) return file.size;
    } catch (error) {
      // Of bytes that were the wrong ones nothing is left, and the right ones can come.
      const isOver = !(error instanceof FileFault) || error.kind === 'no-picture';
      if (isOver) throw error;
    }
    return uploads.offsetOf(file);
  }

  async function told<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof FileFault) throw problemOfFault(error);
      if (!isOfDisk(error)) throw isTusFault(error) ? problemOf(error) : error;
      // Nobody's fault who sends or looks: he is to try again, and the administrator to look at the disk.
      parts.log.error('the folder of files does not work', { folder: parts.config.files, error });
      throw new HttpProblem('busy', 'The server’s disk does not work now. Try again later.', {
        retryAfter: 30,
      });
    }
  }

  async function fileOf(said: string | null | undefined): Promise<FileRow | null> {
    const id = v.safeParse(ulid, said);
    return id.success ? fileById(db, id.output) : null;
  }

  /** A picture that who asks has attached himself. Another's is not there for him. */
  async function ownFile(c: Context<Env>, id: string | null | undefined): Promise<FileRow> {
    const { actor } = c.var;
    const file = await fileOf(id);
    if (file === null || actor.kind !== 'person' || actor.person !== file.person) throw notFound();
    return file;
  }

  /** What tus answers, without what it says to other sites. */
  async function received(c: Context<Env>): Promise<Response> {
    const { status, headers } = await told(() => uploads.receive(c.req.raw));
    if (status >= 400) throw problemOf({ status_code: status });
    const own = [...headers].filter(([name]) => /^(upload-|tus-|location$|rung-)/.test(name));
    return c.body(null, status as 200, Object.fromEntries(own));
  }
}

function standing({ size, hash }: FileRow, offset: number): Record<string, string> {
  return {
    'Tus-Resumable': '1.0.0',
    'Upload-Offset': String(offset),
    ...(offset === size ? { [hashHeader]: hash } : {}),
  };
}

/** @throws HttpProblem where it is to have another length than was declared */
function checkLength(c: Context, { size }: FileRow): void {
  const length = Number(c.req.header('upload-length') ?? Number.NaN);
  if (length > size) {
    throw new HttpProblem('too-large', 'The picture is larger than was said.');
  }
  if (length < size) {
    throw new HttpProblem('conflict', 'The picture is smaller than was said.', {
      code: 'size-differs',
    });
  }
}

function problemOfFault({ kind }: FileFault): HttpProblem {
  switch (kind) {
    case 'hash-differs':
      return new HttpProblem('conflict', 'Other bytes came than were said. Send them anew.', {
        code: kind,
      });
    case 'no-picture':
      return new HttpProblem('refused', 'This is no picture that can be shown.', { code: kind });
    case 'gone':
      return notFound();
  }
}

/** Full, read-only, gone. */
function isOfDisk(error: unknown): boolean {
  return error instanceof DiskFault || (error instanceof Error && 'syscall' in error);
}

function isTusFault(error: unknown): error is TusFault {
  return typeof error === 'object' && error !== null && 'status_code' in error;
}

function problemOf({ status_code: status }: Pick<TusFault, 'status_code'>): HttpProblem {
  switch (status) {
    case 404:
    case 410:
      return notFound();
    case 409:
      return new HttpProblem('conflict', 'The upload stands elsewhere. Ask where it stands.', {
        code: 'offset',
      });
    case 413:
      return new HttpProblem('too-large', 'That is more than was said.');
    case 500:
      return new HttpProblem('busy', 'Another request sends this picture. Try again in a moment.', {
        retryAfter: 5,
      });
    default:
      return new HttpProblem('invalid', 'This is no request of a resumable upload (tus 1.0.0).');
  }
}
