import type { Severity, TicketType } from '../directory/directory.ts';

/** What the person's device showed of the ticket when he acted: what tells a late command from one in time. */
export type Seen = { readonly generation: number; readonly severity: Severity };

/** "Something is wrong, somebody must look." The ticket's id is made on the device. */
export type Report = {
  readonly name: 'report';
  readonly args: {
    readonly ticket: string;
    readonly type: TicketType;
    readonly severity: Severity;
    readonly title: string;
    readonly description: string;
    readonly site: string | null;
    readonly asset: string | null;
    readonly category: string | null;
    /** The team the reporter named; null = where the directory sends it. */
    readonly team: string | null;
    /** "I am on it": report and acknowledgement in one, so that nobody is paged. */
    readonly take: boolean;
  };
};

/** "I have it." Never refused for being late. */
export type Acknowledge = {
  readonly name: 'acknowledge';
  readonly args: { readonly ticket: string; readonly seen: Seen };
};

/** "No, not me": answers one's own page. */
export type Decline = {
  readonly name: 'decline';
  readonly args: { readonly ticket: string; readonly page: string };
};

/** "I acknowledged by mistake." */
export type Release = { readonly name: 'release'; readonly args: { readonly ticket: string } };

/** "Work goes on." Whoever has the ticket shows by it that he still does. */
export type Progress = {
  readonly name: 'progress';
  readonly args: {
    readonly ticket: string;
    readonly seen: Seen;
    /** What was found or done, for colleagues only; may be empty. */
    readonly note: string;
  };
};

/** Words to the client: public. The client's own people send it too. */
export type Comment = {
  readonly name: 'comment';
  readonly args: {
    readonly ticket: string;
    /** Never empty. */
    readonly note: string;
  };
};

export type ChangeSeverity = {
  readonly name: 'change-severity';
  readonly args: {
    readonly ticket: string;
    readonly seen: Seen;
    readonly severity: Severity;
    readonly reason: string;
  };
};

/** "This is another team's." */
export type Transfer = {
  readonly name: 'transfer';
  readonly args: {
    readonly ticket: string;
    readonly seen: Seen;
    readonly team: string;
    /** The handover: what was tried and found, what is needed. For colleagues only; may be empty. */
    readonly note: string;
  };
};

/** "It is solved." */
export type Resolve = {
  readonly name: 'resolve';
  readonly args: {
    readonly ticket: string;
    readonly seen: Seen;
    /** What solved it; may be empty. */
    readonly resolution: string;
  };
};

export type Close = { readonly name: 'close'; readonly args: { readonly ticket: string } };

export type Reopen = {
  readonly name: 'reopen';
  readonly args: { readonly ticket: string; readonly reason: string };
};

/** The kinds of pictures that a ticket takes. */
export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PictureType = (typeof pictureTypes)[number];

/** "Here is a picture of it." Only what it is: its bytes follow on their own (sync.md, section 7). */
export type Attach = {
  readonly name: 'attach';
  readonly args: {
    readonly ticket: string;
    /** ULID, made on the device. */
    readonly file: string;
    /** SHA-256 of its bytes, hexadecimal, lower case. */
    readonly hash: string;
    /** Bytes. */
    readonly size: number;
    readonly type: PictureType;
    /** A small JPEG, base64: shown until the bytes are there, and in lists. null = the device could make none. */
    readonly thumbnail: string | null;
  };
};

/** What a person may want done to a ticket. */
export type Command =
  | Report
  | Acknowledge
  | Decline
  | Release
  | Progress
  | Comment
  | ChangeSeverity
  | Transfer
  | Resolve
  | Close
  | Reopen
  | Attach;
