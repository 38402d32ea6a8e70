/** A value computed for a call is not of the wanted kind. Becomes the refusal that a failed expression makes. */
export class UnfitResult extends Error {}
