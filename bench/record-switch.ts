/** What is done with the records of calls: none are made, they are made and thrown away, or they go into the trail. */
export const modes = ['none', 'made', 'kept'] as const

export type Mode = (typeof modes)[number]

/** Of one thread. */
export const recordSwitch: { mode: Mode } = { mode: 'kept' }
