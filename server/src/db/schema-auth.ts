/** The tables of signing in: better-auth and single statements write them, not the writer loop. */

/** A secret handed out once: to set up the first administrator, or to give a person a way in. */
type OneTimeLinkTable = {
  /** SHA-256 of the token, hex: the token itself is nowhere. */
  hash: string;
  purpose: 'setup' | 'welcome';
  person: string | null;
  expires_at: number;
  used_at: number | null;
};

/** Sign-in: better-auth's own tables (it converts dates by dialect) and ours beside them. Single statements only. */
export type AuthSchema = {
  auth_user: { id: string; person: string };
  auth_session: { id: string; userId: string; token: string };
  auth_account: { id: string; userId: string; providerId: string; password: string | null };
  one_time_link: OneTimeLinkTable;
};
