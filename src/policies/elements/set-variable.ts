import { definePolicy, literal, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Keeps a value under a name for expressions further on: `context.Variables["name"]`. */
export const setVariable = definePolicy({
  element: 'set-variable',
  summary: 'Keeps a value in a named variable of the context.',
  source: 'Set variable',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {
    attributes: {
      name: literal(value.string({ nonEmpty: true })),
      value: value.any(),
    },
  },
  compile({ attributes }) {
    const name = attributes.name.constant
    return ctx => {
      if (ctx.tracer !== null) noteBody(ctx.tracer.bodyVariables)
      ctx.variables.set(name, attributes.value(ctx))
      return next
    }

    function noteBody(variables: Set<string>): void {
      const { readsBody = false, namesOneOf } = attributes.value
      if (readsBody || namesOneOf?.(variables) === true) variables.add(name)
    }
  },
})
