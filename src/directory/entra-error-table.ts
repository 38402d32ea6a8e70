export type Suberror =
  | 'consent_required'
  | 'basic_action'
  | 'additional_action'
  | 'message_only'
  | 'bad_token'
  | 'user_password_expired'

interface EntraError {
  readonly error: string
  readonly status: 400 | 401
  readonly text: string
  readonly mend: string
  readonly suberror?: Suberror
}

const entry = (error: string, text: string, mend: string, more: { status?: 401; suberror?: Suberror } = {}): EntraError => ({
  error,
  status: more.status ?? 400,
  text,
  mend,
  ...(more.suberror === undefined ? {} : { suberror: more.suberror }),
})

const denied = { status: 401 } as const

/**
 * The refusals of the local directory by Entra's own numbers ("Microsoft Entra authentication and authorization error codes"): OAuth error,
 * HTTP status at the token endpoint, text, and what mends it.
 */
export const errorTable = {
  16000: entry('interaction_required', 'Several accounts are signed in; one has to be chosen.', 'Ask again without prompt=none.'),
  28000: entry(
    'invalid_scope',
    'The scope {0} names more than one resource. Ask for the scopes of one API at a time.',
    'Ask for one token per API.',
  ),
  50005: entry('invalid_grant', 'The user tried to sign in from a device that is not allowed.', 'Use another device.'),
  50011: entry(
    'invalid_request',
    "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'.",
    "Add '{0}' to the application's redirectUris under web, spa or publicClient: every letter, the path and, beyond localhost, the port count.",
  ),
  50013: entry(
    'invalid_grant',
    'Assertion failed signature validation.',
    'Hand in an access token that this directory issued, unaltered.',
  ),
  50020: entry(
    'invalid_grant',
    "User account '{0}' from identity provider '{2}' does not exist in tenant '{1}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first.",
    'Sign in as a user that directory.yaml lists.',
  ),
  50034: entry(
    'invalid_grant',
    "The user account '{0}' does not exist in the directory '{1}'.",
    'Use the userPrincipalName of a user in directory.yaml.',
  ),
  50053: entry(
    'invalid_grant',
    'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
    'Wait ten minutes.',
  ),
  50055: entry(
    'invalid_grant',
    'The password is expired.',
    'Set passwordProfile.forceChangePasswordNextSignIn of the user to false; the local directory changes no passwords.',
    { suberror: 'user_password_expired' },
  ),
  50057: entry('invalid_grant', 'The user account is disabled.', "Remove accountEnabled: false from the user's entry."),
  50058: entry(
    'login_required',
    'A silent sign-in request was sent but no user is signed in.',
    'Sign in once without prompt=none.',
  ),
  50076: entry(
    'interaction_required',
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{0}'.",
    "Sign in interactively, with the claims of this answer; the policy '{1}' asks for it.",
    {
      suberror: 'basic_action',
    },
  ),
  50105: entry(
    'invalid_grant',
    "The signed in user '{0}' is not assigned to a role for the application '{1}'({2}).",
    "Assign the user, or a group it is a direct member of, to a role of '{2}' under appRoleAssignments, or drop appRoleAssignmentRequired.",
  ),
  50126: entry(
    'invalid_grant',
    'Error validating credentials due to invalid username or password.',
    "Check the user's password in directory.yaml.",
  ),
  50158: entry(
    'interaction_required',
    'External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.',
    "Sign in interactively; the policy '{0}' asks for it.",
    {
      suberror: 'additional_action',
    },
  ),
  50173: entry(
    'invalid_grant',
    'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
    "Sign in again: the user's password in directory.yaml is another one since.",
    { suberror: 'bad_token' },
  ),
  50196: entry(
    'invalid_grant',
    'The server terminated an operation because it encountered a client request loop.',
    'Wait a few minutes, and let the client keep its tokens.',
  ),
  53000: entry(
    'interaction_required',
    'Device is not in required device state: {0}. Conditional Access policy requires a compliant device, and the device is not compliant.',
    "No device is managed by a local directory: exclude the user from the policy '{1}', or demand something else.",
    { suberror: 'message_only' },
  ),
  53001: entry(
    'interaction_required',
    'Device is not in required device state: {0}. Conditional Access policy requires a domain joined device, and the device is not domain joined.',
    "No device is joined to a local directory: exclude the user from the policy '{1}', or demand something else.",
    { suberror: 'message_only' },
  ),
  53003: entry(
    'access_denied',
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    "Change whom or what the policy '{0}' under conditionalAccessPolicies includes.",
    { suberror: 'message_only' },
  ),
  54005: entry(
    'invalid_grant',
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    'Redeem each code once.',
  ),
  65001: entry(
    'invalid_grant',
    "The user or administrator has not consented to use the application with ID '{0}' named '{1}'. Send an interactive authorization request for this user and resource.",
    "Sign in interactively and accept, or list the client under the API's preAuthorizedApplications.",
    { suberror: 'consent_required' },
  ),
  65004: entry('access_denied', 'User declined to consent to access the app.', 'Sign in again and accept.'),
  70000: entry(
    'invalid_grant',
    'Provided grant is invalid or malformed: it was not issued to this client, or not for this redirect URI.',
    'Redeem a grant with the client and redirect URI that asked for it.',
  ),
  70002: entry(
    'invalid_client',
    'Error validating credentials. The client that the credentials are of is not the one that the request names.',
    'Send the client_id and the credentials of one application.',
    denied,
  ),
  70003: entry(
    'unsupported_grant_type',
    "The app requested an unsupported grant type '{0}'.",
    'Use authorization_code, refresh_token, client_credentials, device_code, password or the JWT bearer grant.',
  ),
  70007: entry(
    'unsupported_response_mode',
    "'{0}' is not a supported value of 'response_mode' for this response_type.",
    'Use fragment or form_post when an id_token is asked for.',
  ),
  70008: entry(
    'invalid_grant',
    'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    'Redeem a code within its lifetime (identity.codeLifetime).',
  ),
  70011: entry(
    'invalid_scope',
    "The provided value for the input parameter 'scope' is not valid. The scope {0} is not valid.",
    'Write scopes as {API identifier}/{scope name}, divided by blanks; .default stands alone for its API.',
  ),
  70016: entry(
    'authorization_pending',
    'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
    'Enter the code on the page that the client names.',
  ),
  70018: entry(
    'bad_verification_code',
    'Invalid verification code due to User typing in wrong user code for device code flow.',
    'Poll with the device_code that this directory gave to this client.',
  ),
  70020: entry(
    'expired_token',
    'The provided value for the input parameter device_code is not valid. This device code has expired.',
    'Begin anew: a device code lives for identity.deviceCodeLifetime seconds.',
  ),
  70043: entry(
    'invalid_grant',
    'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on {0} and the maximum allowed lifetime for this request is {1}.',
    "Sign in again; the policy '{2}' has a signInFrequency.",
    { suberror: 'bad_token' },
  ),
  90002: entry(
    'invalid_tenant',
    "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
    'This directory serves one tenant: use its id, its domain, common or organizations.',
  ),
  90009: entry(
    'invalid_request',
    'Application is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.',
    "Ask for {0}/.default with the application's own appId.",
  ),
  90014: entry(
    'invalid_request',
    "The required field '{0}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
    "Send the parameter '{0}'.",
  ),
  90019: entry(
    'invalid_request',
    'No tenant-identifying information found in either the request or implied by any provided credentials.',
    'Name the tenant, or its domain, in the address.',
  ),
  90023: entry('invalid_request', 'Invalid STS request: {0}.', 'Send the request as the OAuth 2.0 specification has it.'),
  500121: entry(
    'invalid_grant',
    'Authentication failed during strong authentication request.',
    'Enter the code that the authenticator app shows now; each is good once.',
    { suberror: 'basic_action' },
  ),
  500011: entry(
    'invalid_resource',
    'The resource principal named {0} was not found in the tenant named {1}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
    "Use one of the API's identifierUris or its appId; add the URI to the application in directory.yaml when it is meant to be there.",
  ),
  500112: entry(
    'invalid_grant',
    "The reply address '{0}' does not match the reply address '{1}' provided when requesting Authorization code.",
    'Send the same redirect_uri with the code as with the sign-in.',
  ),
  500131: entry(
    'invalid_grant',
    "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{0}' and the expected audience is '{1}'.",
    'Exchange only tokens that were issued for this very API.',
  ),
  500133: entry(
    'invalid_grant',
    'Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token.',
    'Ask the caller for a fresh token.',
  ),
  501051: entry(
    'invalid_grant',
    "Application '{0}'({1}) is not assigned to a role for the application '{2}'({3}).",
    "Assign the client to an app role of '{3}' under appRoleAssignments, or drop appRoleAssignmentRequired.",
  ),
  501481: entry(
    'invalid_grant',
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
    'Send the code_verifier that the code_challenge was made from, by S256.',
  ),
  650053: entry(
    'invalid_scope',
    "The application '{0}' asked for scope '{1}' that doesn't exist on the resource '{2}'.",
    "Declare '{1}' under the API's oauth2PermissionScopes, or ask for another.",
  ),
  700016: entry(
    'unauthorized_client',
    "Application with identifier '{0}' was not found in the directory '{1}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
    'Use the appId of an application in directory.yaml.',
  ),
  700022: entry(
    'invalid_scope',
    'The provided value for the input parameter scope is not valid: it contains more than one resource.',
    'Ask for one token per API.',
  ),
  700024: entry(
    'invalid_client',
    'Client assertion is not within its valid time range.',
    "Set the machine's clock right, and make assertions that live for minutes.",
    denied,
  ),
  700025: entry(
    'invalid_client',
    "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    'Leave the secret out, or register passwordCredentials or keyCredentials for the application.',
    denied,
  ),
  700027: entry(
    'invalid_client',
    'The certificate with identifier used to sign the client assertion is not registered on application, or the signature is not valid. {0}',
    "Add the certificate to the application's keyCredentials (base64 DER), and sign with its key.",
    denied,
  ),
  700028: entry(
    'invalid_client',
    'Only the refresh token flow is allowed to redeem this kind of token.',
    'Use the refresh_token grant.',
    denied,
  ),
  700054: entry(
    'unsupported_response_type',
    "response_type 'id_token' is not enabled for the application.",
    'Take enableIdTokenIssuance: false out of web.implicitGrantSettings, or ask for code.',
  ),
  700084: entry(
    'invalid_grant',
    'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.',
    'Sign in again: a page can do so in a hidden frame while its user is signed in.',
    { suberror: 'bad_token' },
  ),
  700051: entry(
    'unsupported_response_type',
    "response_type '{0}' is not enabled for the application.",
    'Ask for code, or set enableAccessTokenIssuance: true in web.implicitGrantSettings.',
  ),
  70044: entry(
    'interaction_required',
    'The session has expired or is invalid due to sign-in frequency checks by conditional access.',
    "Sign in again; the policy '{0}' has a signInFrequency.",
    { suberror: 'basic_action' },
  ),
  700082: entry('invalid_grant', 'The refresh token has expired due to inactivity.', 'Sign in again.', { suberror: 'bad_token' }),
  700213: entry(
    'invalid_client',
    "No matching federated identity record found for presented assertion subject '{0}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.",
    "Make issuer, subject and audience of a federatedIdentityCredentials entry equal to the assertion's, letter by letter.",
    denied,
  ),
  700223: entry(
    'invalid_client',
    'The federated assertion could not be verified: {0}',
    "Let the directory reach the issuer's keys.",
    denied,
  ),
  1002012: entry(
    'invalid_scope',
    'The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
    'Ask for {API identifier}/.default.',
  ),
  7000112: entry('unauthorized_client', "Application '{0}'({1}) is disabled.", 'Enable the application.'),
  7000215: entry(
    'invalid_client',
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'.",
    "Use one of the application's passwordCredentials.",
    denied,
  ),
  7000216: entry(
    'invalid_client',
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    "Send the application's secret or a certificate assertion.",
    denied,
  ),
  7000218: entry(
    'invalid_client',
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    'Send a credential, or make the application a public client (isFallbackPublicClient, or a redirect URI under publicClient).',
    denied,
  ),
  7000222: entry(
    'invalid_client',
    "The provided client secret keys for app '{0}' are expired.",
    "Add a new secret to the application's passwordCredentials.",
    denied,
  ),
  7000114: entry(
    'invalid_grant',
    "Application '{0}' is not allowed to make application on-behalf-of calls.",
    'On-behalf-of takes a user’s token; ask for an app-only token with client_credentials.',
  ),
  9002313: entry(
    'invalid_request',
    'Invalid request. Request is malformed or invalid.',
    'Send a grant as this directory gave it, whole.',
  ),
  9002326: entry(
    'invalid_request',
    "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{0}'.",
    'Register the redirect URI under spa.',
  ),
  90094: entry(
    'access_denied',
    "'{0}' needs permission to access resources in your organization that only an admin can grant.",
    "Let somebody with 'Global Administrator' under directoryRoles sign in and accept for the organization, or list the client under the API's preAuthorizedApplications.",
  ),
  900144: entry('invalid_request', "The request body must contain the following parameter: '{0}'.", "Send the parameter '{0}'."),
  9002325: entry(
    'invalid_request',
    'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
    'Send a code_challenge with the sign-in.',
  ),
  9002327: entry(
    'invalid_request',
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    'Redeem the code from the page, or register the redirect URI under publicClient or web.',
  ),
} as const satisfies Record<number, EntraError>
