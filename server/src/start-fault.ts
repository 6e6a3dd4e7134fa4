/** Why the server cannot start, in a sentence for whoever administers it: he can mend it, and a stack says nothing more. */
export class CannotStart extends Error {}
