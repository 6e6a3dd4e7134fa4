import { createHash } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import type { PictureType } from '@rung/domain/ticket/commands.ts';
import { uploadPart } from '@rung/protocol/files.ts';
import { ulid } from 'ulid';
import { requestOf, send } from './command.ts';
import type { Visitor } from './house.ts';

/** The version of tus that is spoken. */
export const tus = { 'tus-resumable': '1.0.0' };

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** `Upload-Metadata` that names a file. */
export const naming = (file: string) => `file ${Buffer.from(file).toString('base64')}`;

export type Said = {
  readonly hash?: string;
  readonly size?: number;
  readonly type?: PictureType;
  readonly thumbnail?: string;
};

/** Pictures as one person sends them, step by step, as a device does. */
export function uploading(visit: Visitor) {
  const self = {
    /** Says what there is; what came of it, and the file's id. */
    async attach(ticket: string, bytes: Uint8Array, said: Said = {}) {
      const file = ulid();
      const args = { ticket, file, hash: sha256(bytes), size: bytes.length, type: 'image/jpeg' };
      const request = requestOf('attach', { ...args, thumbnail: null, ...said } as never);
      return { file, outcome: await send(visit, request) };
    },
    begin: (file: string, length: number, headers: Record<string, string> = {}) =>
      visit('/api/files', {
        method: 'POST',
        headers: {
          ...tus,
          'upload-length': String(length),
          'upload-metadata': naming(file),
          ...headers,
        },
      }),
    standing: (file: string) => visit(`/api/files/${file}`, { method: 'HEAD', headers: tus }),
    part: (file: string, offset: number, bytes: Uint8Array, headers: Record<string, string> = {}) =>
      visit(`/api/files/${file}`, {
        method: 'PATCH',
        headers: {
          ...tus,
          'upload-offset': String(offset),
          'content-type': 'application/offset+octet-stream',
          ...headers,
        },
        body: bytes,
      }),
    /** All of it; the answer that ended it. */
    async upload(file: string, bytes: Uint8Array): Promise<Response> {
      const begun = await self.begin(file, bytes.length);
      if (begun.status !== 201) return begun;
      for (let from = 0; ; from += uploadPart) {
        const answer = await self.part(file, from, bytes.subarray(from, from + uploadPart));
        if (!answer.ok || from + uploadPart >= bytes.length) return answer;
      }
    },
  };
  return self;
}

/** Status, kind and code of an answer that says no. */
export async function problemIn(answer: Response) {
  const { kind, code } = (await answer.json()) as { kind: string; code?: string };
  return [answer.status, kind, code ?? null];
}

/** A part that begins the file, by hand: nothing but its head is sent yet, and a line that breaks throws nothing. */
export function partByHand(
  server: string | URL,
  file: string,
  headers: Readonly<Record<string, string | number>>,
): ClientRequest {
  return request(new URL(`/api/files/${file}`, server), {
    method: 'PATCH',
    headers: {
      ...tus,
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      ...headers,
    },
  }).on('error', () => undefined);
}
