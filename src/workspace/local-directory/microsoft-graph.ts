/**
 * Microsoft Graph's own service principal, which every tenant has: its application id and the permissions that are used most, with the
 * ids that they have in every tenant. Source: Microsoft Graph permissions reference.
 */
export const microsoftGraph = {
  appId: '00000003-0000-0000-c000-000000000000',
  displayName: 'Microsoft Graph',
  identifierUris: ['https://graph.microsoft.com'],
  /** Application permissions (app roles). */
  appRoles: [
    { value: 'Application.Read.All', id: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30' },
    { value: 'Application.ReadWrite.All', id: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9' },
    { value: 'Application.ReadWrite.OwnedBy', id: '18a4783c-866b-4cc7-a460-3d5e5662c884' },
    { value: 'AppRoleAssignment.ReadWrite.All', id: '06b708a9-e830-4db3-a914-8e69da51d44f' },
    { value: 'DelegatedPermissionGrant.ReadWrite.All', id: '8e8e4742-1d95-4f68-9d56-6ee75648c72a' },
    { value: 'Directory.Read.All', id: '7ab1d382-f21e-4acd-a863-ba3e13f7da61' },
    { value: 'Directory.ReadWrite.All', id: '19dbc75e-c2e2-444c-a770-ec69d8559fc7' },
    { value: 'Group.Read.All', id: '5b567255-7703-4780-807c-7be8301ae99b' },
    { value: 'Group.ReadWrite.All', id: '62a82d76-70ea-41e2-9197-370581804d09' },
    { value: 'GroupMember.Read.All', id: '98830695-27a2-44f7-8c18-0c3ebc9698f6' },
    { value: 'GroupMember.ReadWrite.All', id: 'dbaae8cf-10b5-4b86-a4a1-f871c94c6695' },
    { value: 'Organization.Read.All', id: '498476ce-e0fe-48b0-b801-37ba7e2685c6' },
    { value: 'User.Read.All', id: 'df021288-bdef-4463-88db-98f22de89214' },
    { value: 'User.ReadWrite.All', id: '741f803b-c850-494e-b5df-cde7c675a1ca' },
  ],
  /** Delegated permissions (scopes). */
  oauth2PermissionScopes: [
    { value: 'openid', id: '37f7f235-527c-4136-accd-4a02d197296e' },
    { value: 'profile', id: '14dad69e-099b-42c9-810b-d002981feec1' },
    { value: 'email', id: '64a6cdd6-aab1-4aad-94b8-3cc8405e90d0' },
    { value: 'offline_access', id: '7427e0e9-2fba-42fe-b0c0-848c9e6a8182' },
    { value: 'User.Read', id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d' },
    { value: 'User.ReadBasic.All', id: 'b340eb25-3456-403f-be2f-af7a0d370277' },
    { value: 'User.Read.All', id: 'a154be20-db9c-4678-8ab7-66f6cc099a59' },
    { value: 'User.ReadWrite.All', id: '204e0828-b5ca-4ad8-b9f3-f32a958e7cc4' },
    { value: 'Group.Read.All', id: '5f8c59db-677d-491f-a6b8-5f174b11ec1d' },
    { value: 'Group.ReadWrite.All', id: '4e46008b-f24c-477d-8fff-7bb4ec7aafe0' },
    { value: 'GroupMember.Read.All', id: 'bc024368-1153-4739-b217-4326f2e966d0' },
    { value: 'GroupMember.ReadWrite.All', id: 'f81125ac-d3b7-4573-a3b2-7099cc39df9e' },
    { value: 'AppRoleAssignment.ReadWrite.All', id: '84bccea3-f856-4a8a-967b-dbe0a3d53a64' },
    { value: 'DelegatedPermissionGrant.ReadWrite.All', id: '41ce6ca6-6826-4807-84f1-1c82854f7ee5' },
    { value: 'Directory.Read.All', id: '06da0dbc-49e2-44d2-8312-53f166ab848a' },
    { value: 'Directory.ReadWrite.All', id: 'c5366453-9fb0-48a5-a156-24f0c49a4b84' },
    { value: 'Organization.Read.All', id: '4908d5b9-3fb2-4b1e-9336-1888b7937185' },
    { value: 'Application.Read.All', id: 'c79f8feb-a9db-4090-85f9-90d820caa0eb' },
    { value: 'Application.ReadWrite.All', id: 'bdfbf15f-ee85-4955-8675-146e8e5296b5' },
  ],
} as const
