/** What is wrong with a policy document, by stable code, with the usual mend. Expressions have the C# compiler's own codes besides. */
export const policyDiagnostics: ReadonlyMap<string, { readonly means: string; readonly mend: string }> = new Map([
  ['policy.backend', { means: 'No backend has that name.', mend: 'add it to the backends, or mend the name' }],
  [
    'policy.bad-value',
    { means: 'A value is not of the kind its place takes.', mend: 'write a value of the kind that the message names' },
  ],
  [
    'policy.base-at-global',
    { means: '`<base />` in the global policy has no effect.', mend: 'take it out; in backend, write `<forward-request />`' },
  ],
  [
    'policy.certificate',
    {
      means: 'No certificate has that id or thumbprint, or it has no private key.',
      mend: 'add it to the certificates, or mend the name',
    },
  ],
  ['policy.cors-credentials', { means: 'Credentials are not allowed together with the origin `*`.', mend: 'list the origins' }],
  [
    'policy.exclusive-attributes',
    { means: 'Attributes that exclude each other, or none of those of which one is needed.', mend: 'keep one' },
  ],
  [
    'policy.expression-in-text',
    { means: 'An expression inside a longer text is sent as it stands.', mend: 'make the expression the whole value' },
  ],
  [
    'policy.expression-not-allowed',
    { means: 'The reference allows no policy expression here.', mend: 'write the value, or a named value' },
  ],
  [
    'policy.expression-trailing',
    { means: 'Text follows the end of an expression.', mend: 'make the expression the whole value' },
  ],
  [
    'policy.expression-type',
    { means: 'The expression’s type can never be what its place wants.', mend: 'convert it in the expression' },
  ],
  ['policy.expression-unclosed', { means: 'An expression does not end.', mend: 'close its brackets, strings and comments' }],
  ['policy.fragment', { means: 'No policy fragment has that name.', mend: 'add it to the policy fragments' }],
  ['policy.fragment-cycle', { means: 'A policy fragment includes itself.', mend: 'take one of the includes out' }],
  ['policy.header-name', { means: 'No header can have that name.', mend: 'write letters, digits and dashes' }],
  ['policy.insecure-url', { means: 'Keys or tokens are fetched without TLS.', mend: 'use https' }],
  [
    'policy.key-vault',
    {
      means: 'A named value’s value lies in a key vault that was not read: `check` reads none, `up` could not.',
      mend: 'let the gateway read it when it is served, or give it a value for this environment',
    },
  ],
  ['policy.liquid', { means: 'A Liquid template does not parse.', mend: 'mend the template' }],
  [
    'policy.markup',
    {
      means: 'The document is no XML, and what it would be is plain: it is read so, and Azure refuses it.',
      mend: 'write the character as an entity (&amp;, &quot;, &lt;), and take out what the example leaves out by `…`',
    },
  ],
  ['policy.missing-attribute', { means: 'A required attribute is missing.', mend: 'add it' }],
  ['policy.missing-child', { means: 'A required element or policy is missing.', mend: 'add it' }],
  [
    'policy.named-value',
    {
      means: 'No named value has that name, or its value is not known here.',
      mend: 'add it, or give it a value for this environment',
    },
  ],
  [
    'policy.nested-fragment',
    {
      means: 'A fragment includes a fragment: it runs here, and API Management refuses it.',
      mend: 'include both in the document',
    },
  ],
  ['policy.network', { means: 'A network stands where the reference has single addresses.', mend: 'write a range' }],
  ['policy.no-effect', { means: 'The policy changes what no policy may change.', mend: 'take it out' }],
  [
    'policy.schema',
    {
      means: 'A schema that `validate-content` names is not there, or is of another kind: every call then has an error.',
      mend: 'add it to the schemas, or mend the name',
    },
  ],
  [
    'policy.shared-counter',
    {
      means: 'Policies in different documents count or keep under the same key, as if they were one.',
      mend: 'tell them apart in the key (`context.Api.Id`), or share one policy in a fragment or a wider scope',
    },
  ],
  [
    'policy.structure',
    { means: 'The document is not `<policies>` with its four sections.', mend: 'put the policies into their sections' },
  ],
  ['policy.stylesheet', { means: 'An XSL stylesheet does not compile.', mend: 'mend it; it is XSLT 1.0' }],
  ['policy.tenant', { means: '`tenant-id` names no tenant.', mend: 'write the tenant’s id or domain' }],
  ['policy.too-large', { means: 'The document is too long.', mend: 'move parts into fragments' }],
  ['policy.too-many', { means: 'More of an element than may stand there.', mend: 'make them one' }],
  ['policy.unexpected-text', { means: 'Text where none may stand.', mend: 'take it out, or put it into its element' }],
  ['policy.unknown', { means: 'No policy has that name.', mend: 'take it out, or look for a slip of the pen' }],
  [
    'policy.unknown-attribute',
    { means: 'The element has no such attribute.', mend: 'take it out, or look for a slip of the pen' },
  ],
  [
    'policy.unsupported',
    {
      means: 'A policy or attribute of the reference that does not run here yet.',
      mend: 'take it out here, or keep that API in Azure',
    },
  ],
  ['policy.wrong-parent', { means: 'An element may not stand in the one around it.', mend: 'move it' }],
  [
    'policy.wrong-scope',
    { means: 'The reference forbids the policy at this scope.', mend: 'move it to a scope where it may stand' },
  ],
  [
    'policy.wrong-section',
    { means: 'The reference forbids the policy in this section.', mend: 'move it to a section where it may stand' },
  ],
  [
    'policy.xml',
    { means: 'The document is not well-formed XML around its expressions.', mend: 'mend what the message points at' },
  ],
])
