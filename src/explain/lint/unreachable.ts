import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { PolicyElement, PolicyFile } from '../../policies/read/read-policy.ts'
import { answers } from '../demands-of.ts'
import { conditionOf, type Facts, holds, learnt, nothingKnown, remaining } from './certain.ts'
import { findingAt } from './lint-finding.ts'

/** Branches and policies of a document that no call can reach. */
export function unreachable(file: PolicyFile): readonly Diagnostic[] {
  const search = new Search(file)
  for (const root of file.roots) search.policies(holdsPolicies.has(root.name) ? root.children : [root], nothingKnown)
  return search.found
}

const holdsPolicies = new Set(['policies', 'inbound', 'backend', 'outbound', 'on-error', 'fragment'])

class Search {
  readonly found: Diagnostic[] = []
  readonly #file: PolicyFile

  constructor(file: PolicyFile) {
    this.#file = file
  }

  /** Siblings, one after the other, where `facts` hold at first. */
  policies(elements: readonly PolicyElement[], facts: Facts): void {
    this.#afterAnswer(elements)
    let known = facts
    for (const element of elements) {
      if (element.name === 'choose') this.#choose(element, known)
      // `wait` begins all that it holds at once
      else if (element.name === 'wait')
        for (const held of element.children) this.policies([held], remaining(known, mayChange(element)))
      else this.policies(element.children, remaining(known, mayChange(element)))
      known = remaining(known, mayChange(element))
    }
  }

  #choose({ children }: PolicyElement, facts: Facts): void {
    let known = facts
    let isDecided = false
    for (const branch of children) {
      const written = branch.attributes.find(({ name }) => name === 'condition')?.value.source.text.trim() ?? ''
      const condition = conditionOf(written)
      const outcome = holds(condition, known)
      if (isDecided) this.#tell(branch, 'a condition before it always holds')
      else if (branch.name === 'when' && outcome === false) this.#tell(branch, whyNot(condition, facts))
      const isWhen = branch.name === 'when'
      this.policies(branch.children, isWhen ? learnt(condition, true, known) : known)
      if (!isWhen) continue
      isDecided ||= outcome === true
      known = learnt(condition, false, known)
    }
  }

  /** What follows a policy that answers every call. */
  #afterAnswer(elements: readonly PolicyElement[]): void {
    const answer = elements.findIndex(({ name }) => answers.has(name))
    const next = answer < 0 ? undefined : elements[answer + 1]
    if (next !== undefined) this.#tell(next, `\`${elements[answer]?.name}\` before it answers every call`)
  }

  #tell(element: PolicyElement, why: string): void {
    const message = `${element.name === 'when' || element.name === 'otherwise' ? 'this ' : ''}\`${element.name}\` never runs: ${why}`
    this.found.push(findingAt({ element, file: this.#file }, 'lint.unreachable', message))
  }
}

function whyNot(condition: ReturnType<typeof conditionOf>, around: Facts): string {
  if (holds(condition, nothingKnown) === false) return 'its condition never holds'
  return holds(condition, around) === false ? 'a condition around it rules it out' : 'a condition before it takes every such call'
}

/** What no policy changes during a call. */
const lasting =
  /\bcontext\s*\.\s*(?:(?:Api|Operation|Product|Subscription|User|Deployment|RequestId)\b|Request\s*\.\s*(?:OriginalUrl|IpAddress|Certificate)\b)/g

/** What some policies change, by how an expression says it; any other policy may change whatever does not last. */
const changes = new Map<string, RegExp | undefined>([
  ['set-variable', /\bVariables\b/],
  ['set-header', /\bHeaders\b/],
  ['set-method', /\bMethod\b/],
  ['set-query-parameter', /\bUrl\b/],
  ['rewrite-uri', /\bUrl\b|\bMatchedParameters\b/],
  ['set-backend-service', /\bUrl\b|\bServiceUrl\b|\bBackend\b/],
  ['set-status', /\bResponse\b/],
  ['set-body', /\bBody\b|\bHeaders\b/],
  ['send-request', /\bVariables\b/],
  ['cache-lookup-value', /\bVariables\b/],
  ['trace', undefined],
])
const branches = new Set(['choose', 'when', 'otherwise'])

/** Whether the value of what is written so may be another one after a policy. */
function mayChange(element: PolicyElement): (subject: string) => boolean {
  return subject => {
    if (!/\bcontext\b/.test(subject.replace(lasting, ''))) return false
    if (branches.has(element.name)) return element.children.some(child => mayChange(child)(subject))
    return changes.has(element.name) ? (changes.get(element.name)?.test(subject) ?? false) : true
  }
}
