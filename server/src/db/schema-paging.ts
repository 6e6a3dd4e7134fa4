/** The tables of pages and of what is sent about them. As in schema.ts, which lists them. */

/** A demand on one person to act. What a run or its person did to it also stands in the ticket's log. */
export type PageTable = {
  id: string;
  ver: number;
  ticket: string;
  person: string;
  state: string;
  created_at: number;
  /** When a device of its person first showed it. */
  received_at: number | null;
  /** When its person first opened it. */
  seen_at: number | null;
};

/** A way to reach a person. `address` is the transport's own text. */
export type ContactMethodTable = {
  id: string;
  person: string;
  kind: string;
  address: string;
  broken_at: number | null;
  created_at: number;
  /** Of a subscription: SHA-256 of its endpoint, base64url. */
  fingerprint: string | null;
  /** When it last showed something. */
  shown_at: number | null;
  /** How often in a row it was sent something and did not show it in time. */
  missed: number;
  /** When people were told that it is suspect. */
  told_at: number | null;
  /** The notification of a check that it has not shown yet. */
  check_id: string | null;
};

/** One message to one contact method, waiting to be sent, or what became of it. */
export type NotificationTable = {
  id: string;
  message: string;
  ticket: string | null;
  /** What a message of no ticket is about. */
  subject: string | null;
  page: string | null;
  person: string;
  says: string;
  is_loud: number;
  generation: number;
  severity: string;
  method: string | null;
  state: string;
  detail: string | null;
  attempts: number;
  created_at: number;
  next_attempt_at: number | null;
  /** Somebody is sending it; if he has not said how it went by then, another may. */
  lease_until: number | null;
  /** How often somebody took it to send it, whatever became of that. */
  claims: number;
};

/** One try at a notification that said something new. Rows are only ever added, and swept with old checks. */
export type AttemptTable = {
  notification: string;
  n: number;
  at: number;
  outcome: string;
  detail: string | null;
};

/** The key that push services know this Rung by: made once, the first writer's. */
export type PushKeyTable = {
  id: 1;
  public_key: string;
  /** Sealed. */
  private_key: string;
  made_at: number;
};
