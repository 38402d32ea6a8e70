/** What is wrong with a policy document, by stable code, with the usual mend. Expressions have the C# compiler's own codes besides. */
export const policyDiagnostics: ReadonlyMap<string, { readonly means: string; readonly mend: string }> = new Map([
  ['policy.backend', { means: 'No backend has that name.', mend: 'Add it to the backends, or mend the name.' }],
  [
    'policy.bad-value',
    { means: 'A value is not of the kind its place takes.', mend: 'Write a value of the kind that the message names.' },
  ],
  [
    'policy.base-at-global',
    { means: '`<base />` in the global policy has no effect.', mend: 'Take it out; in backend, write `<forward-request />`.' },
  ],
  [
    'policy.certificate',
    {
      means: 'No certificate has that id or thumbprint, or it has no private key.',
      mend: 'Add it to the certificates, or mend the name.',
    },
  ],
  ['policy.cors-credentials', { means: 'Credentials are not allowed together with the origin `*`.', mend: 'List the origins.' }],
  [
    'policy.exclusive-attributes',
    { means: 'Attributes that exclude each other, or none of those of which one is needed.', mend: 'Keep one.' },
  ],
  [
    'policy.expression-in-text',
    { means: 'An expression inside a longer text is sent as it stands.', mend: 'Make the expression the whole value.' },
  ],
  [
    'policy.expression-not-allowed',
    { means: 'The reference allows no policy expression here.', mend: 'Write the value, or a named value.' },
  ],
  [
    'policy.expression-trailing',
    { means: 'Text follows the end of an expression.', mend: 'Make the expression the whole value.' },
  ],
  [
    'policy.expression-type',
    { means: 'The expression’s type can never be what its place wants.', mend: 'Convert it in the expression.' },
  ],
  ['policy.expression-unclosed', { means: 'An expression does not end.', mend: 'Close its brackets, strings and comments.' }],
  ['policy.fragment', { means: 'No policy fragment has that name.', mend: 'Add it to the policy fragments.' }],
  ['policy.fragment-cycle', { means: 'A policy fragment includes itself.', mend: 'Take one of the includes out.' }],
  ['policy.header-name', { means: 'No header can have that name.', mend: 'Write letters, digits and dashes.' }],
  ['policy.insecure-url', { means: 'Keys or tokens are fetched without TLS.', mend: 'Use https.' }],
  [
    'policy.key-vault',
    {
      means: 'A named value’s value lies in a key vault that was not read: `check` reads none, `up` could not.',
      mend: 'Let the gateway read it when it is served, or give it a value for this environment.',
    },
  ],
  ['policy.liquid', { means: 'A Liquid template does not parse.', mend: 'Mend the template.' }],
  [
    'policy.markup',
    {
      means: 'The document is no XML, and what it would be is plain: it is read so, and Azure refuses it.',
      mend: 'Write the character as an entity (&amp;, &quot;, &lt;), and take out what the example leaves out by `…`.',
    },
  ],
  ['policy.missing-attribute', { means: 'A required attribute is missing.', mend: 'Add it.' }],
  ['policy.missing-child', { means: 'A required element or policy is missing.', mend: 'Add it.' }],
  [
    'policy.named-value',
    {
      means: 'No named value has that name, or its value is not known here.',
      mend: 'Add it, or give it a value for this environment.',
    },
  ],
  [
    'policy.nested-fragment',
    {
      means: 'A fragment includes a fragment: it runs here, and API Management refuses it.',
      mend: 'Include both in the document.',
    },
  ],
  ['policy.network', { means: 'A network stands where the reference has single addresses.', mend: 'Write a range.' }],
  ['policy.no-effect', { means: 'The policy changes what no policy may change.', mend: 'Take it out.' }],
  [
    'policy.schema',
    {
      means: 'A schema that `validate-content` names is not there, or is of another kind: every call then has an error.',
      mend: 'Add it to the schemas, or mend the name.',
    },
  ],
  [
    'policy.shared-counter',
    {
      means: 'Policies in different documents count or keep under the same key, as if they were one.',
      mend: 'Tell them apart in the key (`context.Api.Id`), or share one policy in a fragment or a wider scope.',
    },
  ],
  [
    'policy.structure',
    { means: 'The document is not `<policies>` with its four sections.', mend: 'Put the policies into their sections.' },
  ],
  ['policy.stylesheet', { means: 'An XSL stylesheet does not compile.', mend: 'Mend it; it is XSLT 1.0.' }],
  ['policy.tenant', { means: '`tenant-id` names no tenant.', mend: 'Write the tenant’s id or domain.' }],
  ['policy.too-large', { means: 'The document is too long.', mend: 'Move parts into fragments.' }],
  ['policy.too-many', { means: 'More of an element than may stand there.', mend: 'Make them one.' }],
  ['policy.unexpected-text', { means: 'Text where none may stand.', mend: 'Take it out, or put it into its element.' }],
  ['policy.unknown', { means: 'No policy has that name.', mend: 'Look for a slip of the pen; the message names the nearest.' }],
  [
    'policy.unknown-attribute',
    { means: 'The element has no such attribute.', mend: 'Look for a slip of the pen; the message names the nearest.' },
  ],
  [
    'policy.unsupported',
    {
      means: 'A policy or attribute of the reference that does not run here yet.',
      mend: 'Take it out here, or keep that API in Azure.',
    },
  ],
  ['policy.wrong-parent', { means: 'An element may not stand in the one around it.', mend: 'Move it.' }],
  [
    'policy.wrong-scope',
    { means: 'The reference forbids the policy at this scope.', mend: 'Move it to a scope that the message names.' },
  ],
  [
    'policy.wrong-section',
    { means: 'The reference forbids the policy in this section.', mend: 'Move it to a section that the message names.' },
  ],
  [
    'policy.xml',
    { means: 'The document is not well-formed XML around its expressions.', mend: 'Mend what the message points at.' },
  ],
])
