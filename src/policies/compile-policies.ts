import type { Api, Catalog, Operation, PolicyDocument, Product } from '../catalog/catalog.ts'
import type { Compilation } from './compose/compilation.ts'
import { composePlan } from './compose/compose-plan.ts'
import { Diagnostics } from './compose/diagnostics.ts'
import { compileFragmentAlone } from './compose/loose-file.ts'
import { NamedValues } from './compose/named-values.ts'
import { type CompiledDocument, compileDocument } from './compose/policy-document.ts'
import { knownPolicies } from './compose/registry.ts'
import { policyCompiler } from './context/policy-compiler.ts'
import { noteProductLinks } from './context/product-links.ts'
import { sharedByAccident } from './limits/counter-use.ts'
import type { CompilePolicies, Plan, PolicyProgram } from './plan.ts'
import type { Ports } from './ports.ts'
import { readPolicy } from './read/read-policy.ts'
import type { ScopeName } from './step.ts'

/** What a new API Management instance has as its global policy. */
const builtIn: PolicyDocument = {
  file: '(built in)',
  text: '<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>',
}

/** Reads, composes and compiles every policy of the catalog, once. Never throws for an author's mistake. */
export const compilePolicies: CompilePolicies = (catalog, ports) => new Program(catalog, ports)

class Program implements PolicyProgram {
  readonly #compilation: Compilation
  readonly #documents = new Map<PolicyDocument, CompiledDocument>()
  /** By operation, then by product; API and operation objects are the catalog's own. */
  readonly #plans = new WeakMap<Operation, Map<Product | null, Plan | undefined>>()
  readonly #catalog: Catalog

  constructor(catalog: Catalog, ports: Ports) {
    this.#catalog = catalog
    this.#compilation = compilationOf(catalog, ports)
    noteProductLinks(catalog)
    this.#compileAll()
    this.#warnOfSharedCounters()
  }

  get diagnostics() {
    return this.#compilation.diagnostics.all
  }

  get counters() {
    return this.#compilation.counters
  }

  get places() {
    return this.#compilation.places
  }

  planFor(api: Api, operation: Operation, product: Product | null): Plan | undefined {
    if (api.notServed !== undefined) return undefined
    const plans = this.#plans.get(operation) ?? new Map<Product | null, Plan | undefined>()
    this.#plans.set(operation, plans)
    if (!plans.has(product)) plans.set(product, this.#compose(api, operation, product))
    return plans.get(product)
  }

  #compileAll(): void {
    this.#document(builtIn, 'global')
    this.#document(this.#catalog.policy, 'global')
    for (const product of this.#catalog.products) this.#document(product.policy, 'product')
    for (const api of this.#catalog.apis) {
      // its calls never reach a policy
      if (api.notServed !== undefined) continue
      this.#document(api.policy, 'api')
      for (const operation of api.operations) this.#document(operation.policy, 'operation')
    }
    for (const file of this.#compilation.fragments.values()) compileFragmentAlone(file, this.#compilation)
  }

  #warnOfSharedCounters(): void {
    for (const { use, first } of sharedByAccident(this.counters)) {
      const { file, line, column, policy } = use.place
      const other = `${first.place.policy} at ${first.place.file}:${first.place.line}`
      const message = `\`${policy}\` has the key of \`${other}\`, so what one counts or keeps is the other's too`
      const mend = 'tell them apart in the key (context.Api.Id), or share one policy in a fragment or a wider scope'
      this.#compilation.diagnostics.add({ file, line, column, severity: 'warning', code: 'policy.shared-counter', message, mend })
    }
  }

  #compose(api: Api, operation: Operation, product: Product | null): Plan | undefined {
    const documents = [
      this.#document(builtIn, 'global'),
      this.#document(this.#catalog.policy, 'global'),
      this.#document(product?.policy, 'product'),
      this.#document(api.policy, 'api'),
      this.#document(operation.policy, 'operation'),
    ].filter(document => document !== undefined)
    return documents.every(document => document.sound) ? composePlan(documents) : undefined
  }

  #document(document: PolicyDocument | undefined, scope: ScopeName): CompiledDocument | undefined {
    if (document === undefined) return undefined
    const known = this.#documents.get(document)
    if (known !== undefined) return known
    const compiled = compileDocument(readPolicy(document.file, document.text), scope, this.#compilation)
    this.#documents.set(document, compiled)
    return compiled
  }
}

function compilationOf(catalog: Catalog, ports: Ports): Compilation {
  return {
    ports,
    diagnostics: new Diagnostics(catalog.namedValues),
    namedValues: new NamedValues(catalog.namedValues),
    fragments: new Map(catalog.fragments.map(({ name, policy }) => [name, readPolicy(policy.file, policy.text)])),
    workspace: {
      partial: false,
      backends: new Map(catalog.backends.map(backend => [backend.name, backend])),
      certificates: catalog.certificates,
      schemas: new Map((catalog.schemas ?? []).map(schema => [schema.name, schema])),
    },
    compiler: policyCompiler,
    policies: knownPolicies,
    places: [],
    counters: [],
  }
}
