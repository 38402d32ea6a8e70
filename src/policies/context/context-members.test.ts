import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluateExpression } from './evaluate.ts'

const encoded = (part: string) => Buffer.from(part).toString('base64url')
const tokenOf = (header: object, payload: string) => `${encoded(JSON.stringify(header))}.${encoded(payload)}.c2ln`

const token = tokenOf(
  { alg: 'RS256', typ: 'JWT' },
  JSON.stringify({
    iss: 'https://i/',
    sub: 's',
    aud: ['a', 'b'],
    exp: 1700000000,
    nbf: 1600000000,
    iat: 1650000000,
    jti: 'j1',
    roles: ['r1', 'r2'],
    admin: true,
    n: 12345678901,
    f: 1.5,
    o: { a: [1, 'x'], b: null },
    z: null,
    e: '',
  }),
)
const odd = tokenOf(
  { alg: 'none' },
  '{"a":1.0,"big":12345678901234567890,"exp":"1700000000","d":"2020-01-02T03:04:05Z","aud":"one"}',
)

const context = {
  request: {
    method: 'POST',
    url: 'https://api.example.com:8443/a/b%20c?x=1&y=two%20words&x=3&z&Y=q',
    headers: { 'Content-Type': ['application/json'], Accept: ['a', 'b'], Authorization: [`Bearer ${token}`] },
    body: '{"a":{"b":[1,2,3]},"s":"x"}',
    ipAddress: '10.1.2.3',
    matchedParameters: { id: '42' },
  },
  response: { status: 404, reason: 'Not Found', headers: { 'X-A': ['1'] }, body: '<r><i k="1">v</i></r>' },
  variables: { n: 5, d: 1.5, s: 't', b: true, nul: null, tok: token, odd },
  api: { id: 'orders', name: 'Orders API', path: 'orders/v1', serviceUrl: 'https://backend.example.com/base' },
  operation: { id: 'get', name: 'Get it', method: 'GET', urlTemplate: '/o/{id}' },
  product: { id: 'p', name: 'P' },
  subscription: { id: 's1', name: 'Sub', key: 'k' },
  user: {
    id: 'u',
    email: 'e@x',
    firstName: 'F',
    lastName: 'L',
    groups: [
      { id: 'g', name: 'G' },
      { id: 'h', name: 'H' },
    ],
  },
  deployment: { region: 'West Europe', serviceName: 'apim', gatewayId: 'managed' },
}

/** Expression and answer of a real C# compiler over the same context; `! ` before the exception it throws. */
const answers: readonly (readonly [expression: string, answer: string])[] = [
  ['@(context.Request.Method)', 'POST'],
  [
    '@(context.Request.Url.Host + context.Request.Url.Port + context.Request.Url.Path + context.Request.Url.QueryString + context.Request.Url.Scheme)',
    'api.example.com8443/a/b%20c?x=1&y=two%20words&x=3&z&Y=qhttps',
  ],
  ['@(context.Request.Url.ToString())', 'https://api.example.com:8443/a/b%20c?x=1&y=two%20words&x=3&z&Y=q'],
  ['@(context.Request.OriginalUrl.ToUri().AbsolutePath)', '/a/b%20c'],
  ['@(context.Request.Url.Query.GetValueOrDefault("x"))', '1,3'],
  ['@(context.Request.Url.Query.GetValueOrDefault("X","none"))', 'none'],
  ['@(context.Request.Url.Query["y"][0])', 'two words'],
  ['@(context.Request.Url.Query["nope"][0])', '! System.Collections.Generic.KeyNotFoundException'],
  ['@(context.Request.Url.Query.Count)', '4'],
  [
    '@(string.Join(";", context.Request.Url.Query.Select(q => q.Key + "=" + string.Join(",", q.Value))))',
    'x=1,3;y=two words;z=;Y=q',
  ],
  ['@(string.Join(";", context.Request.Url.Query.Keys))', 'x;y;z;Y'],
  ['@(context.Request.Url.Query.ContainsKey("z"))', 'True'],
  ['@(context.Request.Url.Query)', 'System.Collections.Generic.Dictionary`2[System.String,System.String[]]'],
  ['@(context.Request.Headers)', 'System.Collections.Generic.Dictionary`2[System.String,System.String[]]'],
  ['@(context.Request.Headers["accept"])', 'System.String[]'],
  ['@(context.Request.Headers.Count)', '3'],
  ['@(context.Request.Headers.Keys.First())', 'Content-Type'],
  ['@(context.Request.Headers.GetValueOrDefault("ACCEPT"))', 'a,b'],
  ['@(context.Request.Headers.GetValueOrDefault("nope"))', 'null'],
  ['@(context.Request.Headers.GetValueOrDefault("nope","dflt"))', 'dflt'],
  ['@(JsonConvert.DeserializeObject<IDictionary<string, string>>("{}").GetValueOrDefault("a", "dflt"))', 'dflt'],
  ['@(new Dictionary<string, string> { ["a"] = "b" }.GetValueOrDefault("a"))', 'b'],
  ['@(context.Request.Headers.GetValueOrDefault(null,"dflt"))', '! System.ArgumentNullException'],
  ['@(context.Request.Headers["nope"])', '! System.Collections.Generic.KeyNotFoundException'],
  ['@(context.Request.Headers.ContainsKey("content-type"))', 'True'],
  ['@(context.Request.Headers.Where(h => h.Key.StartsWith("A")).Select(h => h.Value.Length).Sum())', '3'],
  ['@(context.Request.Headers.ToDictionary(h => h.Key, h => string.Join("|", h.Value))["Accept"])', 'a|b'],
  ['@(context.Request.IpAddress)', '10.1.2.3'],
  ['@(context.Request.MatchedParameters["id"])', '42'],
  ['@(context.Request.MatchedParameters.GetValueOrDefault("id","x"))', '42'],
  ['@(context.Request.MatchedParameters.GetValueOrDefault("ID","x"))', 'x'],
  ['@(context.Request.MatchedParameters["nope"])', '! System.Collections.Generic.KeyNotFoundException'],
  ['@(context.Request.MatchedParameters.Count)', '1'],
  ['@(context.Request.Body.As<string>())', '{"a":{"b":[1,2,3]},"s":"x"}'],
  [
    '@(context.Request.Body.As<string>(true) + context.Request.Body.As<string>(preserveContent: true))',
    '{"a":{"b":[1,2,3]},"s":"x"}{"a":{"b":[1,2,3]},"s":"x"}',
  ],
  ['@(context.Request.Body.As<string>() + context.Request.Body.As<string>())', '! System.InvalidOperationException'],
  ['@(context.Request.Body.As<JObject>()["a"]["b"][2])', '3'],
  ['@((int)context.Request.Body.As<JObject>()["a"]["b"][2])', '3'],
  ['@(context.Request.Body.As<JToken>(true)["s"].ToString())', 'x'],
  ['@(context.Request.Body.As<JArray>())', '! Newtonsoft.Json.JsonReaderException'],
  ['@(context.Request.Body.As<byte[]>().Length)', '27'],
  ['@(context.Request.Body.As<byte[]>())', 'System.Byte[]'],
  ['@(context.Request.Body == null)', 'False'],
  ['@(context.Response.StatusCode)', '404'],
  ['@(context.Response.StatusReason)', 'Not Found'],
  ['@(context.Response.Body.As<XElement>().Element("i").Attribute("k").Value)', '1'],
  ['@(context.Response.Body.As<XDocument>().Root.Name.LocalName)', 'r'],
  ['@(context.Response.Headers.GetValueOrDefault("x-a"))', '1'],
  ['@((int)context.Variables["n"] + 1)', '6'],
  ['@((double)context.Variables["d"])', '1.5'],
  ['@((string)context.Variables["n"])', '! System.InvalidCastException'],
  ['@((int)context.Variables["s"])', '! System.InvalidCastException'],
  ['@((string)context.Variables["nul"])', 'null'],
  ['@((int)context.Variables["nul"])', '! System.NullReferenceException'],
  ['@(context.Variables["nope"])', '! System.Collections.Generic.KeyNotFoundException'],
  ['@(context.Variables.ContainsKey("nope"))', 'False'],
  ['@(context.Variables.GetValueOrDefault<int>("n"))', '5'],
  ['@(context.Variables.GetValueOrDefault<int>("nope"))', '0'],
  ['@(context.Variables.GetValueOrDefault<string>("nope"))', 'null'],
  ['@(context.Variables.GetValueOrDefault<string>("nope","y"))', 'y'],
  ['@(context.Variables.GetValueOrDefault("nope","y"))', 'y'],
  ['@(context.Variables.GetValueOrDefault("s","y"))', 't'],
  ['@(context.Variables.GetValueOrDefault("n","y"))', '! System.InvalidCastException'],
  ['@(context.Variables.GetValueOrDefault("n"))', '5'],
  ['@(context.Variables.GetValueOrDefault<bool>("b", false))', 'True'],
  ['@(context.Variables.GetValueOrDefault<string>("n"))', '! System.InvalidCastException'],
  ['@(context.Variables.GetValueOrDefault<object>("s"))', 't'],
  ['@(context.Variables)', 'System.Collections.Generic.Dictionary`2[System.String,System.Object]'],
  ['@(string.Join(",", context.Variables.Keys))', 'n,d,s,b,nul,tok,odd'],
  ['@(context.Variables.Count)', '7'],
  ['@(context.Variables.TryGetValue("n", out var v) ? v : "none")', '5'],
  [
    '@(context.Api.Id + context.Api.Name + context.Api.Path + context.Api.ServiceUrl.Host)',
    'ordersOrders APIorders/v1backend.example.com',
  ],
  ['@(context.Api.ServiceUrl)', 'https://backend.example.com/base'],
  [
    '@(context.Operation.Id + context.Operation.Name + context.Operation.Method + context.Operation.UrlTemplate)',
    'getGet itGET/o/{id}',
  ],
  ['@(context.Product.Id + context.Product.Name)', 'pP'],
  ['@(context.Subscription.Id + context.Subscription.Name + context.Subscription.Key)', 's1Subk'],
  ['@(context.User.Id + context.User.Email + context.User.FirstName + context.User.LastName)', 'ue@xFL'],
  ['@(string.Join(",", context.User.Groups.Select(g => g.Name)))', 'G,H'],
  ['@(context.User.Groups.Any(g => g.Id == "h"))', 'True'],
  ['@(context.User.Groups.Count())', '2'],
  ['@(context.Deployment.Region + context.Deployment.ServiceName + context.Deployment.GatewayId)', 'West Europeapimmanaged'],
  ['@("Basic YTpiOmM=".AsBasic().Password)', 'b:c'],
  ['@("basic YTpi".AsBasic().UserId)', 'a'],
  ['@("Basic !!!".AsBasic() == null)', 'True'],
  ['@("Basic YQ==".AsBasic() == null)', 'True'],
  ['@("Bearer x".AsBasic()?.UserId)', 'null'],
  ['@(((string)null).AsBasic() == null)', 'True'],
  ['@{ BasicAuthCredentials c; return "Basic 6Tpi".TryParseBasic(out c) ? c.UserId : "no"; }', 'é'],
  ['@(context.Request.Headers.GetValueOrDefault("Authorization").AsJwt().Issuer)', 'https://i/'],
  ['@(context.Request.Headers.GetValueOrDefault("Authorization").AsJwt()?.Claims["roles"][1])', 'r2'],
  ['@(context.Request.Headers.GetValueOrDefault("Authorization").AsJwt().Claims.GetValueOrDefault("roles"))', 'r1,r2'],
  ['@(context.Request.Headers.GetValueOrDefault("Authorization").AsJwt().Claims.GetValueOrDefault("nope","-"))', '-'],
  ['@(((string)context.Variables["tok"]).AsJwt().Claims.Count)', '14'],
  [
    '@(string.Join(";", ((string)context.Variables["tok"]).AsJwt().Claims.Select(c => c.Key + "=" + string.Join(",", c.Value))))',
    'iss=https://i/;sub=s;aud=a,b;exp=1700000000;nbf=1600000000;iat=1650000000;jti=j1;roles=r1,r2;admin=true;n=12345678901;f=1.5;o={"a":[1,"x"],"b":null};z=;e=',
  ],
  [
    '@(((string)context.Variables["tok"]).AsJwt().Algorithm + ((string)context.Variables["tok"]).AsJwt().Type + ((string)context.Variables["tok"]).AsJwt().Id + ((string)context.Variables["tok"]).AsJwt().Subject)',
    'RS256JWTj1s',
  ],
  ['@(((string)context.Variables["tok"]).AsJwt().Audiences.Last())', 'b'],
  ['@(((string)context.Variables["tok"]).AsJwt().ExpirationTime.Value.ToString("o"))', '2023-11-14T22:13:20.0000000Z'],
  ['@(((string)context.Variables["tok"]).AsJwt().ExpirationTime)', '11/14/2023 22:13:20'],
  ['@(((string)context.Variables["tok"]).AsJwt().NotBefore < ((string)context.Variables["tok"]).AsJwt().IssuedAt)', 'True'],
  ['@(((string)context.Variables["tok"]).AsJwt())', 'Jwt'],
  [
    '@(string.Join(";", ((string)context.Variables["odd"]).AsJwt().Claims.Select(c => c.Key + "=" + string.Join(",", c.Value))))',
    'a=1;big=12345678901234567890;exp=1700000000;d=2020-01-02T03:04:05Z;aud=one',
  ],
  ['@(((string)context.Variables["odd"]).AsJwt().ExpirationTime == null)', 'False'],
  ['@(((string)context.Variables["odd"]).AsJwt().Issuer == null)', 'True'],
  ['@(((string)context.Variables["odd"]).AsJwt().Audiences.Count())', '1'],
  ['@("a.b.c".AsJwt() == null)', 'True'],
  ['@("nonsense".AsJwt() == null)', 'True'],
  ['@{ Jwt j; return "x".TryParseJwt(out j); }', 'False'],
  ['@{ Jwt j; return ((string)context.Variables["tok"]).TryParseJwt(out j) && j.Claims.ContainsKey("admin"); }', 'True'],
  ['@(context.Request.Url)', 'https://api.example.com:8443/a/b%20c?x=1&y=two%20words&x=3&z&Y=q'],
  ['@(context.Request.Url.Query["x"])', 'System.String[]'],
  ['@(context.Request.MatchedParameters)', 'System.Collections.Generic.Dictionary`2[System.String,System.String]'],
  ['@(context.User.Groups)', 'IGroup[]'],
  ['@(((IResponse)null) == null)', 'True'],
  ['@(context.Request.Headers as object == null)', 'False'],
  ['@{ IReadOnlyDictionary<string, string[]> h = context.Request.Headers; return h["Accept"][1]; }', 'b'],
  ['@{ foreach (var h in context.Request.Headers) { if (h.Key == "Accept") return h.Value[0]; } return ""; }', 'a'],
  ['@{ var r = context.Request; var b = r.Body; return b.As<string>(true).Length; }', '27'],
  [`@(context.Request.Headers.GetValueOrDefault("Accept").Split(',')[1])`, 'b'],
]

for (const [expression, answer] of answers) {
  test(expression, () => {
    const result = evaluateExpression(expression, context)
    assert.equal(result.ok ? (result.value ?? 'null') : `! ${result.error}`, answer, JSON.stringify(result))
  })
}

test('what was not described is null, but the request, which has its defaults', () => {
  const value = (expression: string) => {
    const result = evaluateExpression(expression, {})
    return result.ok ? result.value : `! ${result.error}`
  }
  assert.equal(value('@(context.Response == null && context.Api == null && context.User == null)'), 'True')
  assert.equal(value('@(context.Request.Method + " " + context.Request.Url)'), 'GET https://gateway.example.com/')
  assert.equal(value('@(context.Request.Body == null && context.Request.IpAddress == null)'), 'True')
  assert.equal(value('@(context.Api.Name)'), '! System.NullReferenceException')
})

test('an expression that does not compile is told with the codes of C#', () => {
  const result = evaluateExpression('@(context.Nothing + nowhere)', {})
  assert.ok(!result.ok)
  assert.equal(result.error, 'CompileError')
  assert.match(result.message, /1:11 CS1061 .*\n1:21 CS0103 /)
})
