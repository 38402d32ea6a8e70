/**
 * Every code that reading a workspace reports, with its meaning and the mend where none is told: the source of this room's part of the error
 * catalogue. Stable: scripts and editors match on them.
 */
export const faultCodes = {
  'workspace.tooManyFiles': {
    means: 'The workspace holds more files than are read.',
    mend: 'take out what is no part of the workspace (node_modules, build output), or split it',
  },
  'file.missing': {
    means: 'A file or folder that something names is not there.',
    mend: 'put it there, or mend the path: it is read from the folder of the file that names it',
  },
  'file.tooLarge': { means: 'A file is larger than is read.', mend: 'split it, or take out what nothing reads' },
  'file.encoding': { means: 'A file is not UTF-8 text.', mend: 'save it as UTF-8' },
  'file.unreadable': {
    means: 'The system would not let a file or folder be read.',
    mend: 'give whoever runs this leave to read it',
  },
  'folder.misspelled': {
    means: 'A folder looks like one of the artifact folders, but is named otherwise, so nothing in it is read.',
    mend: 'rename it',
  },
  'folder.notServed': {
    means: 'A folder holds artifacts of a kind that is not served.',
    mend: 'take it out here, or keep what it holds in Azure',
  },
  'json.syntax': {
    means: 'The text is not JSON.',
    mend: 'mend the JSON there: a comma, a bracket or a quote too many or too few is the usual slip',
  },
  'yaml.syntax': {
    means: 'The text is not YAML.',
    mend: 'close its brackets and quotes, indent by blanks alone, and quote text that holds ": " or begins with a sign',
  },
  'document.tooDeep': { means: 'A document nests deeper than is read.', mend: 'make it flatter' },
  'document.tooLarge': {
    means: 'A document expands (through aliases) to more values than are read.',
    mend: 'write out fewer aliases, or split it',
  },
  'key.unknown': { means: 'A key that nothing reads.', mend: 'take it out, or look for a slip of the pen' },
  'key.duplicate': { means: 'A key stands twice in one object.', mend: 'keep one of them' },
  'value.missing': { means: 'A required value is absent.', mend: 'write it there' },
  'value.type': { means: 'A value has the wrong type.', mend: 'write the kind of value that is asked for' },
  'value.range': { means: 'A number is out of its range.', mend: 'write a number within these bounds' },
  'value.choice': { means: 'A value is not one of those possible.', mend: 'write one of those that are possible' },
  'value.format': {
    means: 'A text does not have the form that is asked for here.',
    mend: 'write it in the form that is asked for',
  },
  'name.duplicate': { means: 'Two things of one kind have the same name.', mend: 'rename one, or take it out' },
  'reference.unknown': { means: 'Something is named that does not exist.', mend: 'add what is named, or mend the name' },
  'environment.missing': {
    means: 'The named environment has no configuration file.',
    mend: 'add the file beside the artifacts, or name another environment with --environment',
  },
  'environment.nameUnknown': {
    means: 'An override names something that the workspace does not have, so it changes nothing.',
    mend: 'mend the name, or take the entry out',
  },
  'environment.duplicate': { means: 'An override list names one thing twice.', mend: 'make them one entry' },
  'environment.tokenUnset': {
    means: 'A {#TOKEN#} has no environment variable of that name.',
    mend: 'set the environment variable where Gatehouse runs, or write the value',
  },
  'secret.inSettings': {
    means: 'A secret stands in the settings themselves, where everybody reads it.',
    mend: 'name where it lies: { environment: NAME } or { file: path }',
  },
  'secret.missing': {
    means: 'The environment variable or file of a secret is not there.',
    mend: 'set the environment variable where Gatehouse runs, or put the file there',
  },
  'certificate.unreadable': {
    means: 'A file is not the certificate or key that it should be.',
    mend: 'give a certificate or key in the form that is asked for',
  },
  'certificate.password': {
    means: 'The password does not open the file, or none is given.',
    mend: 'give the password that the file was made with',
  },
  'certificate.keyMismatch': {
    means: 'A private key does not belong to its certificate.',
    mend: 'give the key that the certificate was made for',
  },
  'certificate.notAuthority': {
    means: 'A certificate that should vouch for others may not.',
    mend: 'give the authority’s own certificate',
  },
  'certificate.expired': { means: 'A certificate has ended.', mend: 'renew it' },
  'certificate.notYetValid': { means: 'A certificate begins later than now.', mend: 'set the clock right, or wait until then' },
  'settings.directoryExposed': {
    means: 'The local directory would listen beyond loopback without being told so in so many words.',
    mend: 'let it listen on 127.0.0.1',
  },
  'api.revision': {
    means: 'A revision does not fit the API that it belongs to.',
    mend: 'make the folder’s name and apiRevision fit, or take one of the revisions out',
  },
  'route.duplicate': {
    means: 'Two operations or two APIs answer the same calls.',
    mend: 'take one of them out, or change its method or path',
  },
  'specification.missing': {
    means: 'An API has no specification, so it has no operations.',
    mend: 'export it too, or write one',
  },
  'specification.version': {
    means: 'The specification is of a kind or version that is not read.',
    mend: 'convert it to OpenAPI 3',
  },
  'specification.invalid': {
    means: 'The specification says something that its standard does not allow.',
    mend: 'mend the specification there',
  },
  'specification.reference': {
    means: 'A $ref leads nowhere, outside the document, or in a circle.',
    mend: 'mend the $ref: it names a place in the same document, as #/components/schemas/Name',
  },
  'operation.unknown': {
    means: 'An operation folder names no operation of its API.',
    mend: 'mend the folder’s name, or take the folder out',
  },
  'backend.unsupported': {
    means: 'A backend uses something that the gateway does not do.',
    mend: 'take it out here, or keep that API in Azure',
  },
  'connection.incomplete': { means: 'A connection lacks what getting a token takes.', mend: 'write what is missing' },
  'schema.invalid': { means: 'A schema for content validation is not sound.', mend: 'mend the schema there' },
  'namedValue.unresolved': { means: 'A named value has no value here.', mend: 'give it a value for this environment' },
  'subscription.keyShared': { means: 'Two subscriptions have the same key.', mend: 'give each subscription a key of its own' },
  'access.operationUnknown': {
    means: 'An access entry matches no operation.',
    mend: "write METHOD /path or an operation’s name as the specification has it, or '*' for all",
  },
  'access.roleUndeclared': {
    means: 'No application of the directory declares this app role for the audience.',
    mend: 'declare it in an application’s appRoles, or mend the name',
  },
  'access.tenantMissing': { means: 'Tokens cannot be checked: no tenant is known.', mend: 'name it: identity.tenant' },
  'access.audienceMissing': { means: 'Tokens cannot be checked: no audience is given.', mend: 'name it: audience' },
  'directory.tenantMismatch': {
    means: 'The directory is for another tenant than the settings name.',
    mend: 'make them the same',
  },
  'directory.duplicate': { means: 'Two objects of the directory share what must be unique.', mend: 'change one of them' },
  'directory.ambiguous': { means: 'A name could mean several objects of the directory.', mend: 'name it by its id' },
  'directory.memberType': {
    means: 'An app role is assigned to a kind of principal that it does not allow.',
    mend: 'allow it in the role’s allowedMemberTypes, or assign another principal',
  },
} as const

export type FaultCode = keyof typeof faultCodes
