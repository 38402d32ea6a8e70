/** App roles and groups that somebody has at once. */
export interface Holding {
  readonly roles: readonly string[]
  readonly groups: readonly string[]
}

export const nothing: Holding = { roles: [], groups: [] }

export const sizeOf = ({ roles, groups }: Holding) => roles.length + groups.length

/** Whether whoever has the second has the first. */
export function isWithin(part: Holding, whole: Holding): boolean {
  return part.roles.every(one => whole.roles.includes(one)) && part.groups.every(one => whole.groups.includes(one))
}

export function together(...all: readonly Holding[]): Holding {
  const values = (of: (one: Holding) => readonly string[]) => [...new Set(all.flatMap(of))].sort()
  return { roles: values(one => one.roles), groups: values(one => one.groups) }
}

/** What of the first is not in the second. */
export function minus(one: Holding, other: Holding): Holding {
  return {
    roles: one.roles.filter(role => !other.roles.includes(role)),
    groups: one.groups.filter(group => !other.groups.includes(group)),
  }
}

/** Each once, the smallest first. */
export function distinct(all: readonly Holding[]): readonly Holding[] {
  const found = new Map(all.map(one => [JSON.stringify([one.roles, one.groups]), one]))
  return [...found.values()].sort((a, b) => sizeOf(a) - sizeOf(b))
}

/** Those that are one value smaller. */
export function eachWithoutOne({ roles, groups }: Holding): readonly Holding[] {
  const without = (values: readonly string[], gone: string) => values.filter(one => one !== gone)
  return [
    ...roles.map(role => ({ roles: without(roles, role), groups })),
    ...groups.map(group => ({ roles, groups: without(groups, group) })),
  ]
}

/** `role readers`, `roles readers + admins`, `role readers + group 3d2a…`. */
export function holdingText({ roles, groups }: Holding): string {
  const named = (word: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${word}${values.length > 1 ? 's' : ''} ${values.join(' + ')}`]
  return [...named('role', roles), ...named('group', groups)].join(' + ')
}
