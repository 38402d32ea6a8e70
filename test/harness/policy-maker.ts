export const tenant = '7f3d0d8e-2b1c-4d5e-8f90-1a2b3c4d5e6f'
export const roles = ['Readers', 'Writers', 'Admins'] as const
export const users = [[], ['Readers'], ['Writers'], ['Admins'], ['Readers', 'Writers']] as const
/** Its members are the users of these indexes. */
export const team = { id: '4a1b2c3d-0000-4000-8000-00000000000a', members: [0, 3] } as const
export const upn = (index: number) => `user${index}@colors.onmicrosoft.com`

/** mulberry32: the same numbers for the same seed. */
export function randomOf(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const tokenPolicy = (attributes: string, required = '') => `<validate-azure-ad-token tenant-id="${tenant}" ${attributes}>
<audiences><audience>api://colors</audience><audience>0a1b2c3d-0000-4000-8000-000000000001</audience></audiences>${required}</validate-azure-ad-token>`

const claimOf = (name: string, match: string, values: readonly string[]) =>
  `<claim name="${name}" match="${match}">${values.map(value => `<value>${value}</value>`).join('')}</claim>`

const passes = '<set-variable name="passed" value="yes" />'

const when = (condition: string, policies: string, otherwise = '') =>
  `<choose><when condition='@(${condition})'>${policies}</when>${otherwise === '' ? '' : `<otherwise>${otherwise}</otherwise>`}</choose>`

/** Random policies of every kind that decides who gets in, and some that do not. */
export class PolicyMaker {
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  document(): string {
    const count = Math.floor(this.#random() * 4)
    const inbound = Array.from({ length: count }, () => this.#policy()).join('\n')
    const base = this.#random() < 0.85 ? '<base />' : ''
    return `<policies><inbound>${base}\n${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
  }

  #policy(): string {
    const kinds = [
      () => this.#token(),
      () => this.#token(),
      () => this.#condition(),
      () => this.#condition(),
      () => this.#header(),
      () =>
        `<ip-filter action="${this.#one(['allow', 'forbid'])}"><address>${this.#one(['127.0.0.1', '10.1.2.3'])}</address></ip-filter>`,
      () => '<set-variable name="seen" value="@(context.RequestId.ToString())" />',
      () => '<rate-limit-by-key calls="1000" renewal-period="60" counter-key="@(context.Request.IpAddress)" />',
    ]
    return this.#one(kinds)()
  }

  #token(): string {
    const wanted = this.#some()
    const match = this.#one(['any', 'any', 'all'])
    const claims = [
      ...(wanted.length === 0 ? [] : [claimOf('roles', match, wanted)]),
      ...(this.#random() < 0.15 ? [claimOf('groups', 'any', [team.id])] : []),
    ]
    const required = claims.length === 0 ? '' : `<required-claims>${claims.join('')}</required-claims>`
    return tokenPolicy(`failed-validation-httpcode="${this.#one(['401', '403'])}"`, required)
  }

  /** What expressions ask of a validated token, and turn away by return-response; in branches of all forms. */
  #condition(): string {
    const answer = `<return-response><set-status code="${this.#one(['401', '403', '404'])}" reason="No" /></return-response>`
    const [is, isNot] = this.#asked()
    const forms = [
      when(isNot, answer),
      when(is, passes, answer),
      when('context.Request.Method == "GET"', when(isNot, answer), answer),
      when(is, passes, when(this.#asked()[0], passes, answer)),
    ]
    return `${tokenPolicy('output-token-variable-name="jwt"')}${this.#one(forms)}`
  }

  /** A question about the caller, and its contrary. */
  #asked(): readonly [string, string] {
    const claims = '((Jwt)context.Variables["jwt"]).Claims'
    const role = this.#one(roles)
    const name = upn(Math.floor(this.#random() * users.length))
    return this.#one([
      [
        `${claims}.ContainsKey("roles") && ${claims}["roles"].Contains("${role}")`,
        `!${claims}.GetValueOrDefault("roles", "").Contains("${role}")`,
      ],
      [
        `${claims}.GetValueOrDefault("preferred_username", "").StartsWith("${name}")`,
        `${claims}["preferred_username"][0] != "${name}"`,
      ],
    ] as const)
  }

  #header(): string {
    const value = this.#one(['', '<value>red</value>', '<value>blue</value>'])
    return `<check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="false">${value}</check-header>`
  }

  #some(): readonly string[] {
    return roles.filter(() => this.#random() < 0.45)
  }

  #one<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.#random() * items.length)]
    if (item === undefined) throw new Error('nothing to choose from')
    return item
  }
}
