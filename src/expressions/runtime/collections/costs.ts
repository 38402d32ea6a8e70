/**
 * What keeping things costs in steps (budget.ts), so that a full budget also bounds the memory that an evaluation can hold:
 * a place in an array about 8 bytes, an entry of a hash table or a node with its pointers about 100.
 */
export const cost = {
  place: 4,
  entry: 20,
  group: 60,
} as const
