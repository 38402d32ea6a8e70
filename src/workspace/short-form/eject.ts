import type { Api, Catalog, Product } from '../../catalog/catalog.ts'

/** A file of the artifacts: its path below their folder, and its text. */
export interface EjectedFile {
  readonly path: string
  readonly text: string
}

/** The text of an API's specification as it stands beside gatehouse.yaml, and how its name ends. */
export interface SpecificationText {
  readonly text: string
  readonly extension: 'yaml' | 'json'
}

/**
 * The APIs and products of the short form as API Management artifacts, in the layout of APIOps: what deploys to Azure is what ran here. `settingsFile` is
 * gatehouse.yaml, which they are told by.
 */
export function ejectShortForm(
  { apis, products }: Pick<Catalog, 'apis' | 'products'>,
  settingsFile: string,
  specifications: ReadonlyMap<string, SpecificationText>,
): readonly EjectedFile[] {
  const own = apis.filter(({ file }) => file === settingsFile)
  const names = new Set(own.map(({ name }) => name))
  const ownProducts = products.filter(
    one => one.apis.every(api => names.has(api)) && (one.policy === undefined || one.policy.file === settingsFile),
  )
  return [...own.flatMap(api => filesOfApi(api, specifications.get(api.name))), ...ownProducts.flatMap(filesOfProduct)]
}

function filesOfApi(api: Api, specification: SpecificationText | undefined): readonly EjectedFile[] {
  const folder = `apis/${api.name}`
  const operations = api.operations.flatMap(({ name, policy }) =>
    policy === undefined ? [] : [{ path: `${folder}/operations/${name}/policy.xml`, text: policy.text }],
  )
  return [
    { path: `${folder}/apiInformation.json`, text: json({ properties: propertiesOf(api) }) },
    ...(specification === undefined
      ? []
      : [{ path: `${folder}/specification.${specification.extension}`, text: specification.text }]),
    ...(api.policy === undefined ? [] : [{ path: `${folder}/policy.xml`, text: api.policy.text }]),
    ...operations,
  ]
}

/** Azure Resource Manager's properties of an API. */
function propertiesOf({ displayName, path, protocols, serviceUrl, subscriptionRequired, subscriptionKeyNames, revision }: Api) {
  return {
    displayName,
    path,
    protocols,
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
    subscriptionRequired,
    subscriptionKeyParameterNames: subscriptionKeyNames,
    apiRevision: revision,
    isCurrent: true,
  }
}

function filesOfProduct({
  name,
  displayName,
  state,
  subscriptionRequired,
  approvalRequired,
  apis,
  policy,
}: Product): readonly EjectedFile[] {
  const folder = `products/${name}`
  // Azure takes approvalRequired only where a subscription is required
  const approval = subscriptionRequired ? { approvalRequired } : {}
  return [
    {
      path: `${folder}/productInformation.json`,
      text: json({ properties: { displayName, state, subscriptionRequired, ...approval } }),
    },
    ...(policy === undefined ? [] : [{ path: `${folder}/policy.xml`, text: policy.text }]),
    ...apis.map(api => ({ path: `${folder}/apis/${api}/productApiInformation.json`, text: json({}) })),
  ]
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
