const longest = 76

/** The name that API Management makes of an operationId (or of method and path) on import. Source: "Normalization rules for operationId". */
export function normalizedName(operationId: string): string {
  const dashed = operationId.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return dashed.replace(/^-|-$/g, '').slice(0, longest)
}

/**
 * The name of an operation. An export writes the resource's own name as the operationId, so one that can be a resource's name is taken
 * as it is; anything else becomes what an import would make of it.
 */
export function operationName(operationId: string | undefined, method: string, path: string): string {
  if (operationId === undefined || operationId.trim() === '') return normalizedName(`${method}-${path}`)
  return /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$/.test(operationId) ? operationId : normalizedName(operationId)
}

/** Makes names unique without regard to case, as an import does: `-1`, `-2`, … behind the second and later ones. */
export function uniqueNames(): (name: string) => string {
  const taken = new Set<string>()
  return name => {
    let free = name
    for (let suffix = 1; taken.has(free.toLowerCase()); suffix++) free = `${name}-${suffix}`
    taken.add(free.toLowerCase())
    return free
  }
}
