/** Why a command was not done: an expected no, with what the person needs to go on. The kind is the code on the wire. */
export type Refusal =
  /** This ticket id is taken by another report. */
  | { readonly kind: 'already-reported' }
  /** This file id is taken by another picture. */
  | { readonly kind: 'file-used' }
  /** It names a site, asset, category or team that there is not, or not for this person. */
  | { readonly kind: 'unknown-site' | 'unknown-asset' | 'unknown-category' | 'unknown-team' }
  /** The asset does not stand at the site. */
  | { readonly kind: 'asset-elsewhere' }
  | { readonly kind: 'not-permitted' }
  /** This command's uid was another command's: send it again with one of its own. */
  | { readonly kind: 'uid-used' }
  /** There is no such ticket, or it is not this person's to see. */
  | { readonly kind: 'unknown-ticket' }
  /** It is resolved or closed; reopen it first. */
  | { readonly kind: 'not-open' }
  /** Only a resolved ticket can be closed. */
  | { readonly kind: 'not-resolved' }
  /** Only who has a ticket can give it back. */
  | { readonly kind: 'not-yours' }
  /** He was not paged. */
  | { readonly kind: 'not-your-page' }
  /** Somebody changed the severity meanwhile; look again before lowering it. */
  | { readonly kind: 'severity-changed' }
  /** It began anew meanwhile, or somebody else took it; look again before taking it out of his hands. */
  | { readonly kind: 'moved' }
  /** Too long ago: report a new ticket. */
  | { readonly kind: 'reopen-window-over' };
