import type { Api } from './catalog.ts'

/** Products, subscriptions, grants and keys name an API without its revision. */
export function baseName({ name }: Pick<Api, 'name'>): string {
  return name.split(';')[0] ?? name
}
