/** PostgreSQL cannot be asked at the moment, or does not do what it is asked; `message` says why, and holds no secret. */
export class StoreAway extends Error {
  readonly code = 'store.away'
}
