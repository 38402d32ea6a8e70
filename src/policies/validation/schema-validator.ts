import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { JsonSchema } from '../../catalog/catalog.ts'
import { NetRegex } from '../../expressions/runtime/regex/regex.ts'
import { BudgetExceeded, startBudget } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import { definitionsWith, schemaWith } from './additional-properties.ts'
import { schemaFolded } from './fold-names.ts'

export type Definitions = Readonly<Record<string, JsonSchema>>

/** Why a value does not fit: where in it (a JSON pointer) and what is wrong, without the value itself; undefined when it fits. */
export type SchemaVerdict =
  | { readonly kind: 'fits' }
  | { readonly kind: 'misfit' | 'unsound'; readonly message: string; readonly path?: string }

const fits: SchemaVerdict = { kind: 'fits' }

/** For patterns over a caller's text, which must end. */
const patternSteps = 5_000_000

/** Validates by the schemas of one specification; each is compiled when it is first needed. */
export class SchemaValidator {
  readonly #ajv: Ajv2020
  readonly #compiled = new WeakMap<object, ValidateFunction | string>()

  readonly #shape: (schema: JsonSchema) => JsonSchema

  /** `allow`: what a policy says of additional properties, over what the schemas say. `anyCase`: names of properties are in lower case. */
  constructor(definitions: Definitions, allow: boolean | undefined, anyCase: boolean) {
    const fold = anyCase ? schemaFolded : (schema: JsonSchema) => schema
    this.#shape = allow === undefined ? fold : schema => fold(schemaWith(schema, allow))
    const shaped = Object.entries(allow === undefined ? definitions : definitionsWith(definitions, allow))
    this.#ajv = new Ajv2020({ strict: false, validateSchema: false, validateFormats: true, logger: false, code: { regExp } })
    formats.default(this.#ajv)
    this.#ajv.addSchema({ $id: 'definitions', $defs: Object.fromEntries(shaped.map(([name, schema]) => [name, fold(schema)])) })
  }

  validate(schema: JsonSchema, value: unknown): SchemaVerdict {
    if (typeof schema === 'boolean') return schema ? fits : { kind: 'misfit', message: 'nothing is allowed here' }
    const check = this.#check(schema)
    if (typeof check === 'string') return { kind: 'unsound', message: check }
    startBudget(patternSteps)
    try {
      return check(value) ? fits : misfit(check.errors ?? [])
    } catch (error) {
      // a pattern took too long, or the value nests deeper than the stack
      if (error instanceof BudgetExceeded || error instanceof NetException || error instanceof RangeError)
        return { kind: 'unsound', message: 'it took more steps than it may' }
      throw error
    }
  }

  #check(schema: Exclude<JsonSchema, boolean>): ValidateFunction | string {
    const known = this.#compiled.get(schema)
    if (known !== undefined) return known
    const made = this.#compile(schema)
    this.#compiled.set(schema, made)
    return made
  }

  /** The message when the schema itself is not sound: ajv throws for that. */
  #compile(schema: Exclude<JsonSchema, boolean>): ValidateFunction | string {
    startBudget(patternSteps)
    try {
      return this.#ajv.compile(this.#shape(schema))
    } catch (error) {
      return error instanceof Error ? error.message : 'the schema does not compile'
    }
  }
}

/** Patterns match as in .NET, in API Management's own engine's words, and within a budget. */
const regExp = Object.assign(
  (pattern: string) => {
    const regex = new NetRegex(pattern)
    return { test: (text: string) => regex.isMatch(text), toString: () => pattern }
  },
  { code: 'netRegex' },
)

function misfit(errors: readonly ErrorObject[]): SchemaVerdict {
  // that it is not null either says nothing: a nullable schema is one of two
  const first = errors.find(({ keyword, params }) => keyword !== 'type' || params.type !== 'null') ?? errors[0]
  if (first === undefined) return { kind: 'misfit', message: 'it does not fit' }
  const { instancePath, message, keyword, params } = first
  const where = instancePath === '' ? '' : `${instancePath}: `
  const extra = keyword === 'additionalProperties' || keyword === 'unevaluatedProperties' ? propertyIn(params) : ''
  return { kind: 'misfit', message: `${where}${message ?? keyword}${extra}.`, path: instancePath }
}

function propertyIn(params: Record<string, unknown>): string {
  const name = params.additionalProperty ?? params.unevaluatedProperty
  return typeof name === 'string' ? ` (${name.slice(0, 100)})` : ''
}

/** By the definitions object, which all operations of a specification share, and by what a policy says besides. */
const validators = new WeakMap<Definitions, Map<string, SchemaValidator>>()

export function validatorFor(definitions: Definitions, allowAdditional?: boolean, anyCase = false): SchemaValidator {
  const byChoice = validators.get(definitions) ?? new Map<string, SchemaValidator>()
  validators.set(definitions, byChoice)
  const choice = `${allowAdditional} ${anyCase}`
  const known = byChoice.get(choice)
  if (known !== undefined) return known
  const made = new SchemaValidator(definitions, allowAdditional, anyCase)
  byChoice.set(choice, made)
  return made
}
