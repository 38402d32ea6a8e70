import { BodyTooLarge } from '../context/body.ts'
import type { CallContext } from '../context/call-context.ts'
import { next, type Outcome, type Refusal } from '../outcome.ts'
import type { SectionResult } from '../plan.ts'
import type { ShapedMessage, Shaper, Step } from '../step.ts'
import type { Tracer } from '../trace/tracer.ts'
import { refusalOf, tooLarge, ValueFailed } from './failures.ts'
import { attribute, decidedBy, lastErrorOf, type Origin, originOf } from './origin.ts'

const goOn: Step = () => next

/** The steps one after another, until one does not answer `next`. Synchronous as long as they are. */
export function inSequence(steps: readonly Step[]): Step {
  const [only] = steps
  if (only === undefined) return goOn
  return steps.length === 1 ? only : ctx => runFrom(steps, 0, ctx)
}

function runFrom(steps: readonly Step[], first: number, ctx: CallContext): Outcome | Promise<Outcome> {
  for (let i = first; i < steps.length; i++) {
    const outcome = steps[i]!(ctx) // i stays below the length
    if (outcome instanceof Promise) return outcome.then(late => (late === next ? runFrom(steps, i + 1, ctx) : late))
    if (outcome !== next) return outcome
  }
  return next
}

/** The shapers one after another on the same message. */
export function shapeInSequence(shapers: readonly Shaper[]): Shaper {
  return (ctx, message) => shapeFrom(shapers, 0, ctx, message)
}

function shapeFrom(
  shapers: readonly Shaper[],
  first: number,
  ctx: CallContext,
  message: ShapedMessage,
): Outcome | Promise<Outcome> {
  for (let i = first; i < shapers.length; i++) {
    const outcome = shapers[i]!(ctx, message) // i stays below the length
    if (outcome instanceof Promise) {
      return outcome.then(late => (late === next ? shapeFrom(shapers, i + 1, ctx, message) : late))
    }
    if (outcome !== next) return outcome
  }
  return next
}

/** A step whose outcome says where it came from, and in which a failed value is a refusal. */
export function guard(step: Step, origin: Origin): Step {
  return ctx => {
    if (ctx.tracer !== null) return traced(ctx.tracer, origin, () => guarded(step, origin, ctx))
    try {
      return attributed(step(ctx), origin)
    } catch (error) {
      return failed(error, origin)
    }
  }
}

/** As `guard`, for a policy that shapes a message. */
export function guardShaper(shaper: Shaper, origin: Origin): Shaper {
  return (ctx, message) => {
    const run = () => guarded(one => shaper(one, message), origin, ctx)
    return ctx.tracer === null ? run() : traced(ctx.tracer, origin, run)
  }
}

function guarded(step: Step, origin: Origin, ctx: CallContext): Outcome | Promise<Outcome> {
  try {
    return attributed(step(ctx), origin)
  } catch (error) {
    return failed(error, origin)
  }
}

/** Runs a policy under the eyes of whoever asked to see the call. */
function traced(tracer: Tracer, origin: Origin, run: () => Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
  const entry = tracer.enter(origin)
  const defect = (error: unknown): never => {
    tracer.threw(entry)
    throw error
  }
  try {
    const outcome = run()
    return outcome instanceof Promise ? outcome.then(late => tracer.leave(entry, late), defect) : tracer.leave(entry, outcome)
  } catch (error) {
    return defect(error)
  }
}

function attributed(outcome: Outcome | Promise<Outcome>, origin: Origin): Outcome | Promise<Outcome> {
  if (outcome === next) return next
  if (!(outcome instanceof Promise)) return attribute(outcome, origin)
  return outcome.then(
    late => (late === next ? next : attribute(late, origin)),
    error => failed(error, origin),
  )
}

function failed(error: unknown, origin: Origin): Outcome {
  const refusal = refusalOf(error instanceof ValueFailed ? error.cause : error)
  if (refusal === undefined) throw error
  return attribute(refusal, error instanceof ValueFailed ? error.origin : origin)
}

/** Which bodies a policy looks at. */
export interface BodyNeeds {
  readonly request: boolean
  readonly response: boolean
}

/** Reads the bodies that a policy looks at before it runs; nothing for one that looks at none. */
export function buffered(step: Step, needs: BodyNeeds, limit: number): Step {
  if (!needs.request && !needs.response) return step
  return ctx => {
    const fault = bufferBodies(ctx, needs, limit)
    if (fault instanceof Promise) return fault.then(late => late ?? step(ctx))
    return fault ?? step(ctx)
  }
}

/** As `buffered`, for a policy that shapes a message. */
export function bufferedShaper(shaper: Shaper, needs: BodyNeeds, limit: number): Shaper {
  if (!needs.request && !needs.response) return shaper
  return (ctx, message) => buffered(inner => shaper(inner, message), needs, limit)(ctx)
}

/** Reads them again after the policies it holds ran: forward-request may have brought a new response. */
export function bufferedAfter(step: Step, needs: BodyNeeds, limit: number): Step {
  if (!needs.request && !needs.response) return step
  const then = async (ctx: CallContext, outcome: Outcome) =>
    outcome === next ? ((await bufferBodies(ctx, needs, limit)) ?? next) : outcome
  return async ctx => then(ctx, await step(ctx))
}

/** Undefined when they are in memory. */
export function bufferBodies(
  ctx: CallContext,
  needs: BodyNeeds,
  limit: number,
): Refusal | undefined | Promise<Refusal | undefined> {
  const streams =
    (needs.request && ctx.request.body.stream !== null) || (needs.response && (ctx.response?.body.stream ?? null) !== null)
  return streams ? readBodies(ctx, needs, limit) : undefined
}

async function readBodies(ctx: CallContext, needs: BodyNeeds, limit: number): Promise<Refusal | undefined> {
  return (
    (needs.request ? await readBody(ctx.request, 'request', limit) : undefined) ??
    (needs.response && ctx.response !== null ? readBody(ctx.response, 'response', limit) : undefined)
  )
}

async function readBody({ body }: ShapedMessage, which: 'request' | 'response', limit: number): Promise<Refusal | undefined> {
  try {
    await body.buffer(limit)
    return undefined
  } catch (error) {
    if (error instanceof BodyTooLarge) return tooLarge(error, which)
    throw error
  }
}

/** The section's answer, with who gave it; `context.LastError` is set for a refusal. */
export function sectionOf(steps: readonly Step[]): (ctx: CallContext) => SectionResult | Promise<SectionResult> {
  const run = inSequence(steps)
  return ctx => {
    const outcome = run(ctx)
    return outcome instanceof Promise ? outcome.then(late => resultOf(late, ctx)) : resultOf(outcome, ctx)
  }
}

const wentOn: SectionResult = { outcome: next }

function resultOf(outcome: Outcome, ctx: CallContext): SectionResult {
  if (outcome === next) return wentOn
  const origin = originOf(outcome)
  if (origin === undefined) return { outcome }
  if (outcome.kind === 'refusal') ctx.lastError = lastErrorOf(outcome, origin)
  return { outcome, decidedBy: decidedBy(origin) }
}
