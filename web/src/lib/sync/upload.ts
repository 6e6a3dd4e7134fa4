/** One picture's bytes on their way (tus, by its own client): begun, or gone on with where the server has a part of it. */

import { hashHeader, uploadPart } from '@rung/protocol/files.ts';
import type { ProblemKind } from '@rung/protocol/problem-kinds.ts';
import { Upload, type DetailedError, type HttpRequest, type HttpResponse } from 'tus-js-client';
import type { HeldFile } from '../local/rows.ts';
import type { World } from './exchange.ts';

export type Uploaded =
  /** The server has bytes with this hash. */
  | { readonly kind: 'stored' }
  /** What it has of it is good for nothing, or it knows no such picture (yet): once more from the start, some time. */
  | { readonly kind: 'again'; readonly code: string }
  /** It will not take it. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'sign-in' }
  /** `isReachable` false = nothing of our server came back. */
  | { readonly kind: 'later'; readonly isReachable: boolean; readonly retryAfterMs: number | null };

/** A part that takes longer is given up, ms: half a megabyte over a bad radio cell. */
const partMs = 120_000;

const door = '/api/files';
const unreachable: Uploaded = { kind: 'later', isReachable: false, retryAfterMs: null };

/** Ends when the server has all of it, or something is in the way. `heard`: how many bytes it has. */
export function uploadPicture(
  person: string,
  { id, hash, size, type }: HeldFile,
  parts: readonly ArrayBuffer[],
  world: Pick<World, 'fetch' | 'later'>,
  stops: AbortSignal,
  heard: (sent: number) => Promise<unknown>,
): Promise<Uploaded> {
  const bytes = new Blob([...parts], { type });
  return new Promise((resolve) => {
    let last: HttpResponse | null = null;
    const stopped = (): void => end(unreachable);
    const end = (uploaded: Uploaded): void => {
      // Else what stops the next ones keeps the bytes of this one.
      stops.removeEventListener('abort', stopped);
      void upload.abort();
      resolve(uploaded);
    };
    const upload: Upload = new Upload(bytes, {
      endpoint: door,
      uploadUrl: `${door}/${id}`,
      metadata: { file: id },
      headers: { 'Rung-Person': person },
      uploadSize: size,
      chunkSize: uploadPart,
      // Waits are the loop's.
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(id),
      fileReader: { openFile: () => Promise.resolve(sourceOf(bytes)) },
      httpStack: {
        createRequest: (method) => requestOf(method, id, world),
        getName: () => 'fetch',
      },
      onAfterResponse(_, response) {
        last = response;
        const stored = response.getHeader(hashHeader);
        if (stored === hash) end({ kind: 'stored' });
        else if (stored !== undefined) end({ kind: 'again', code: 'hash-differs' });
      },
      onChunkComplete: (_, accepted) => void heard(accepted),
      // It took everything, and did not say whether it is whole: it is asked later.
      onSuccess: () => end({ kind: 'later', isReachable: true, retryAfterMs: null }),
      onError: (cause) => {
        const answer = (cause as Partial<DetailedError>).originalResponse ?? last;
        // What failed without an answer may have had one before.
        const isAnswered = 'originalResponse' in cause && cause.originalResponse !== null;
        end(isAnswered && answer !== null ? meaningOf(answer) : unreachable);
      },
    });
    stops.addEventListener('abort', stopped);
    if (stops.aborted) stopped();
    else upload.start();
  });
}

function sourceOf(bytes: Blob) {
  return {
    size: bytes.size,
    slice: (start: number, end: number) =>
      Promise.resolve({ value: bytes.slice(start, end), done: end >= bytes.size }),
    close() {},
  };
}

/** Where an upload stands is known by its picture, wherever an answer says that it is. */
function requestOf(method: string, id: string, world: Pick<World, 'fetch' | 'later'>): HttpRequest {
  const path = method === 'POST' ? door : `${door}/${id}`;
  const headers = new Headers();
  const gone = new AbortController();
  return {
    getMethod: () => method,
    getURL: () => path,
    setHeader: (name, value) => headers.set(name, value),
    getHeader: (name) => headers.get(name) ?? undefined,
    setProgressHandler() {},
    async send(body: Blob | null) {
      const cancel = world.later(partMs, () => gone.abort());
      try {
        const init = { method, headers, signal: gone.signal };
        const response = await world.fetch(path, body === null ? init : { ...init, body });
        const text = await response.text();
        return {
          getStatus: () => response.status,
          getHeader: (name) => response.headers.get(name) ?? undefined,
          getBody: () => text,
          getUnderlyingObject: () => response,
        };
      } finally {
        cancel();
      }
    },
    abort: () => Promise.resolve(gone.abort()),
    getUnderlyingObject: () => null,
  };
}

function meaningOf(response: HttpResponse): Uploaded {
  const said = problemIn(response.getBody());
  if (said === null) return unreachable;
  const { kind, code = kind } = said;
  switch (kind) {
    case 'not-signed-in':
    case 'wrong-credentials':
      return { kind: 'sign-in' };
    case 'not-found':
      return { kind: 'again', code };
    case 'conflict':
      // It stands elsewhere (another tab): the next look says where.
      return code === 'offset'
        ? { kind: 'later', isReachable: true, retryAfterMs: null }
        : { kind: 'again', code };
    case 'invalid':
    case 'too-large':
    case 'refused':
    case 'forbidden':
      return { kind: 'refused', code };
    default: {
      const seconds = Number(response.getHeader('Retry-After'));
      const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
      return { kind: 'later', isReachable: true, retryAfterMs };
    }
  }
}

/** null = it is not our server's. */
function problemIn(text: string): { readonly kind: ProblemKind; readonly code?: string } | null {
  try {
    const said = JSON.parse(text) as { readonly kind?: unknown };
    return typeof said.kind === 'string' ? (said as { readonly kind: ProblemKind }) : null;
  } catch {
    return null;
  }
}
