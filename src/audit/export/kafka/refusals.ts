/** A broker's answer that is an error: `code` is its number ("Kafka protocol guide", "Error Codes"). */
export class KafkaRefused extends Error {
  readonly code: number

  constructor(code: number, topic: string) {
    const [name, mend] = known.get(code) ?? [`error ${code}`, () => '']
    super(`it answers ${name}${mend(topic)}`)
    this.code = code
  }
}

export const errorCodes = { tooLarge: 10, noLeader: 5, listTooLarge: 18 } as const

/** Those that an operator can meet, with what mends them where that is theirs to do. A broker's own text is left out: it may quote what it was sent. */
const known = new Map<number, readonly [name: string, mend: (topic: string) => string]>([
  [3, ['UNKNOWN_TOPIC_OR_PARTITION', topic => `: create the topic '${topic}', or let the gateway's user describe it`]],
  [errorCodes.noLeader, ['LEADER_NOT_AVAILABLE', () => ': the partition has no broker at the moment']],
  [6, ['NOT_LEADER_OR_FOLLOWER', () => ': the partition has moved to another broker']],
  [7, ['REQUEST_TIMED_OUT', () => ': the brokers that hold copies did not confirm in time']],
  [errorCodes.tooLarge, ['MESSAGE_TOO_LARGE', () => '']],
  [17, ['INVALID_TOPIC_EXCEPTION', topic => `: '${topic}' cannot be written to`]],
  [errorCodes.listTooLarge, ['RECORD_LIST_TOO_LARGE', () => '']],
  [19, ['NOT_ENOUGH_REPLICAS', () => ': fewer brokers hold copies than min.insync.replicas asks for']],
  [20, ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', () => ': fewer brokers hold copies than min.insync.replicas asks for']],
  [29, ['TOPIC_AUTHORIZATION_FAILED', topic => `: let the gateway's user write to '${topic}' (the rights Write and Describe)`]],
  [31, ['CLUSTER_AUTHORIZATION_FAILED', () => ": give the gateway's user rights in this cluster"]],
  [32, ['INVALID_TIMESTAMP', () => ": set this machine's clock"]],
  [34, ['ILLEGAL_SASL_STATE', () => ": say how to sign in, under 'sasl'"]],
  [44, ['POLICY_VIOLATION', () => ': a policy of the cluster forbids it']],
  [58, ['SASL_AUTHENTICATION_FAILED', () => ': it does not take this user name with this password by this mechanism']],
])
