/**
 * Pictures (sync.md, section 7). Said by the command `attach`; then the bytes by tus (https://tus.io/protocols/resumable-upload)
 * to `/api/files`: `POST` with `Upload-Metadata: file <base64 of its id>` makes the upload `/api/files/<id>`, where `HEAD` and
 * `PATCH` go on; the answer that ends it names the hash in `Rung-Hash`. `GET /api/files/<id>` answers the picture.
 * A `HEAD` that finds all of it there finishes what is left to do; 404 = begin anew. `PATCH` says no by these codes: `offset` (ask where
 * it stands), `hash-differs` (other bytes came and are thrown away: begin anew), `no-picture` (it never will be one: give up).
 * Without schemas: a device loads it.
 */

/** Largest picture, bytes. A device makes them smaller before it keeps them. */
export const mostPictureBytes = 20 * 1024 * 1024;
/** Longest thumbnail, characters of base64. */
export const mostThumbnail = 8000;
/** Largest part of an upload, bytes. */
export const uploadPart = 512 * 1024;
/** Names the SHA-256 of what is stored, in the answer that ends an upload or finds it ended. */
export const hashHeader = 'Rung-Hash';
