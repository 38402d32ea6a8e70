import { Liquid, type Template } from 'liquidjs'
import { UnfitResult } from '../unfit-result.ts'
import { dotLiquidFilters } from './filters.ts'
import { JsonArrayFor } from './json-array-for.ts'

/**
 * Liquid as set-body has it: DotLiquid "in C# mode", with filters in Pascal case (`AtLeast`). Templates come from authors, bodies from
 * callers: rendering is bounded in time and memory, and templates see own properties only.
 */
function createEngine(): Liquid {
  const engine = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: 1_048_576,
    renderLimit: 500,
    memoryLimit: 50_000_000,
  })
  for (const [name, alias] of pascalCased(Object.keys(engine.filters)))
    engine.registerFilter(alias, engine.filters[name] ?? (value => value))
  for (const [name, filter] of dotLiquidFilters) engine.registerFilter(name, filter)
  engine.registerTag('JSONArrayFor', JsonArrayFor)
  return engine
}

function pascalCased(names: readonly string[]): [name: string, alias: string][] {
  return names.map(name => [name, name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())])
}

const engine = createEngine()

/** A template that does not parse: why, and at which offset of its text. */
export class LiquidFault {
  readonly message: string
  readonly offset: number

  constructor(message: string, offset: number) {
    this.message = message
    this.offset = offset
  }
}

/** Renders; throws UnfitResult when the template fails on this body or takes more than it may. */
export type LiquidTemplate = (scope: object) => string

export function compileLiquid(text: string): LiquidTemplate | LiquidFault {
  let templates: Template[]
  try {
    templates = engine.parse(text)
  } catch (error) {
    if (error instanceof Error) return new LiquidFault(firstLine(error), faultOffset(error))
    throw error
  }
  return scope => {
    try {
      return String(engine.renderSync(templates, scope))
    } catch (error) {
      if (error instanceof Error) throw new UnfitResult(`The liquid template failed: ${firstLine(error)}.`)
      throw error
    }
  }
}

const firstLine = ({ message }: Error) => message.split('\n')[0] ?? ''

function faultOffset(error: Error): number {
  const { token } = error as { readonly token?: { readonly begin?: unknown } } // liquidjs's own errors carry the token at fault
  return typeof token?.begin === 'number' ? token.begin : 0
}
