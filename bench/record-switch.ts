/** Of one thread: whether its calls are recorded. */
export const recordSwitch = { isOn: true }
