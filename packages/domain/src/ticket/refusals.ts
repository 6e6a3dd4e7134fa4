/** Why a command was not done: an expected no, with what the person needs to go on. The kind is the code on the wire. */
export type Refusal =
  /** This ticket id is taken by another report. */
  | { readonly kind: 'already-reported' }
  /** The report names a site, asset, category or team that there is not, or not for this person. */
  | { readonly kind: 'unknown-site' | 'unknown-asset' | 'unknown-category' | 'unknown-team' }
  /** The asset does not stand at the site. */
  | { readonly kind: 'asset-elsewhere' }
  | { readonly kind: 'not-permitted' };
