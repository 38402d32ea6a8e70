import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DirectoryDocument } from '../../catalog/directory.ts'
import { readDirectory } from '../../workspace/local-directory/read-directory.ts'
import { createReport } from '../../workspace/report.ts'
import { readYaml } from '../../workspace/text/read-yaml.ts'
import { applyChange, type Change } from './change.ts'
import { withCredentialIds } from './credential-ids.ts'
import { exportDirectory } from './export-directory.ts'

const written = `# Who works at the paper.
tenant: { id: 5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10, domain: gazette.onmicrosoft.com, displayName: The Gazette }

users:
  # reads
  - userPrincipalName: rita@gazette.onmicrosoft.com
    password: rita-reads # not a secret
  - { userPrincipalName: paul@gazette.onmicrosoft.com, password: 'paul-publishes' }

groups:
  - displayName: Newsroom # who writes
    members:
      - paul@gazette.onmicrosoft.com # the boss

applications:
  - displayName: Articles API
    appId: 8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60 # of the portal
    appRoles:
      - value: readers # everybody
      - { value: admins, allowedMemberTypes: [ User ] }
    passwordCredentials:
      - secretText: first # old
      - secretText: second

appRoleAssignments:
  - { principal: Newsroom, resource: Articles API, role: readers } # by group
`

function read(text: string): DirectoryDocument {
  const report = createReport()
  const root = readYaml('directory.yaml', text, report)
  const directory = root?.kind === 'object' ? readDirectory('directory.yaml', root, report) : undefined
  assert.deepEqual(report.diagnostics, [])
  return directory ?? assert.fail('no directory')
}

const file = read(written)
const api = file.applications[0] ?? assert.fail('no application')
const [rita, paul] = file.users
const newsroom = file.groups[0] ?? assert.fail('no group')

/** The text with the changes in it; it must read back as the directory that they make. */
function withChanges(...changes: readonly Change[]): string {
  const changed = changes.reduce(applyChange, withCredentialIds(file))
  const text = exportDirectory(written, file, changed)
  assert.deepEqual(withCredentialIds(read(text)), changed)
  return text
}

/** Lines of one text that the other has not. */
const without = (text: string, other: string) => text.split('\n').filter(line => !other.split('\n').includes(line))

test('without changes the file is given as it is, comments too', () => {
  assert.equal(withChanges(), written)
})

test('what is new stands at the end of its list, written as the list is', () => {
  const assignment = {
    principalId: rita?.id ?? '',
    principalType: 'User' as const,
    resourceAppId: api.appId,
    appRoleId: api.appRoles[1]?.id ?? '',
  }
  const text = withChanges({ kind: 'assign', assignment })
  assert.deepEqual(without(written, text), [])
  assert.deepEqual(without(text, written), [
    `  - { principal: rita@gazette.onmicrosoft.com, resource: ${api.appId}, role: admins }`,
  ])
})

test('members come and go in their list, others keep their comments', () => {
  const added = withChanges({ kind: 'add-member', groupId: newsroom.id, memberId: rita?.id ?? '' })
  assert.match(added, /paul@gazette\.onmicrosoft\.com # the boss\n {6}- rita@gazette\.onmicrosoft\.com/)
  const gone = withChanges({ kind: 'remove-member', groupId: newsroom.id, memberId: paul?.id ?? '' })
  assert.ok(gone.includes('# who writes') && !gone.includes('the boss'))
})

test('a change of one property leaves the rest of the file alone', () => {
  const text = withChanges({ kind: 'patch-application', appId: api.appId, patch: { appRoleAssignmentRequired: true } })
  assert.deepEqual(without(written, text), [])
  assert.ok(text.includes('appRoleAssignmentRequired: true'))
})

test('secrets keep the ids by which they are removed, when one of them goes', () => {
  const [first, second] = withCredentialIds(file).applications[0]?.passwordCredentials ?? []
  const text = withChanges({ kind: 'remove-password', appId: api.appId, keyId: first?.keyId ?? '' })
  assert.ok(!text.includes('secretText: first'))
  assert.ok(text.includes(`keyId: ${second?.keyId}`))
  assert.ok(text.includes('# everybody'))
})

test('a name that others go by: ids made of it stay what they were', () => {
  const text = withChanges({ kind: 'patch-group', groupId: newsroom.id, patch: { displayName: 'The newsroom' } })
  assert.ok(text.includes(newsroom.id))
  withChanges({ kind: 'patch-user', userId: paul?.id ?? '', patch: { userPrincipalName: 'paula@gazette.onmicrosoft.com' } })
})

test('what is deleted takes its memberships and assignments along', () => {
  const text = withChanges({ kind: 'remove-principal', id: newsroom.id }, { kind: 'remove-principal', id: paul?.id ?? '' })
  assert.ok(!text.includes('Newsroom') && !text.includes('paul@'))
  assert.ok(text.includes('# Who works at the paper.'))
  withChanges({ kind: 'remove-application', appId: api.appId })
})

test('a file that refers to itself by aliases is written anew rather than wrongly', () => {
  const aliased = written
    .replace('password: rita-reads # not a secret', 'password: &p rita-reads')
    .replace("'paul-publishes'", '*p')
  const changed = applyChange(withCredentialIds(read(aliased)), { kind: 'remove-principal', id: rita?.id ?? '' })
  assert.deepEqual(withCredentialIds(read(exportDirectory(aliased, read(aliased), changed))), changed)
})
