/**
 * Why bytes are not the picture that was declared; they are thrown away. `hash-differs`: others came than were declared.
 * `no-picture`: they are none that is shown here, or larger than any. `gone`: the upload is not there any more.
 */
export class FileFault extends Error {
  readonly kind: 'hash-differs' | 'no-picture' | 'gone';

  constructor(kind: FileFault['kind'], cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
  }
}

/** The disk did not take bytes; why, whoever wrote them does not say. */
export class DiskFault extends Error {}
