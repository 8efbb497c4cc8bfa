using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Identity.Tokens;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.Identity;

namespace SaliencyCluster.Gateway.Tests.Identity;

/// <summary>Tokens against a provider that is asked over HTTP.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly TokenIssuer _issuer = new();
    private readonly HttpClient _http = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _issuer.Dispose();
    }

    [Fact]
    public async Task A_token_stands_for_its_name_tenant_and_greatest_role_until_it_expires()
    {
        var ends = DateTimeOffset.FromUnixTimeSeconds(_clock.GetUtcNow().ToUnixTimeSeconds() + 100);
        var caller = await AskAsync(_issuer.Token(c =>
        {
            c["exp"] = ends.ToUnixTimeSeconds();
            c["aud"] = (string[])["others", "saliency"];
            c["roles"] = (string[])["submit", "something else", "operate"];
        }));
        Assert.Equal(new Caller("lab", Role.Operate, "oidc:alice", new(), 1) { Expires = ends + Options().ClockSkew,
            Pools = caller.Pools }, caller);
    }

    [Fact]
    public async Task Claims_and_their_values_are_called_as_the_provider_calls_them()
    {
        var options = Options() with
        {
            NameClaim = "preferred_username",
            TenantClaim = "https://example/organisation",
            Tenants = new Dictionary<string, string> { ["Radiology (North)"] = "radiology" },
            RoleClaim = "realm_access.roles",
            Roles = new Dictionary<string, string> { ["saliency-admins"] = "admin", ["staff"] = "submit" },
            ConcurrentJobs = 3,
            Weight = 2,
            Pools = ["gpu"],
        };
        var caller = await AskAsync(_issuer.Token(c =>
        {
            c["preferred_username"] = "bob@example";
            c["https://example/organisation"] = "Radiology (North)";
            c["realm_access"] = new { roles = (string[])["staff"] };
        }), options);
        Assert.Equal(("radiology", Role.Submit, "oidc:bob@example", 3, 2.0, "gpu"),
            (caller.Tenant, caller.Role, caller.Key, caller.Limits.ConcurrentJobs, caller.Weight, Assert.Single(caller.Pools)));
        // Without the name that the provider gives it, "admin" is nobody's role.
        await RefusedAsync("SAL2912", _issuer.Token(c => c["realm_access"] = new { roles = (string[])["admin"] }), options);
    }

    [Fact]
    public async Task A_tenant_that_all_share_needs_no_claim() =>
        Assert.Equal("clinic", (await AskAsync(_issuer.Token(c => c.Remove("tenant")), Options() with { Tenant = "clinic" })).Tenant);

    public static TheoryData<string, string, Func<TokenIssuer, string>> Wrong() => new()
    {
        { "SAL2910", "another audience", i => i.Token(c => c["aud"] = "others") },
        { "SAL2910", "another audience", i => i.Token(c => c.Remove("aud")) },
        { "SAL2910", "another issuer", i => i.Token(c => c["iss"] = "https://elsewhere.example") },
        { "SAL2910", "not valid yet", i => i.Token(c => c["nbf"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 90) },
        { "SAL2910", "never expires", i => i.Token(c => c.Remove("exp")) },
        { "SAL2911", "expired at", i => i.Token(c => c["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 90) },
        { "SAL2910", "no key of the identity provider", i => i.Token(sign: _ => new byte[256]) },
        { "SAL2910", "no key of the identity provider", i => i.Token(header: h => h["kid"] = "nobody's") },
        { "SAL2910", "no key of the identity provider", i => i.Token(header: h => h["alg"] = "none", sign: _ => []) },
        // The public key of the provider taken as a secret that both share.
        { "SAL2910", "no key of the identity provider", i => i.Token(header: h => h["alg"] = "HS256", sign: data =>
            HMACSHA256.HashData(Encoding.ASCII.GetBytes(i.PublicKey()), data)) },
        { "SAL2910", "cannot be read", _ => "eyJub3.a.token" },
        { "SAL2912", "'roles'", i => i.Token(c => c["roles"] = (string[])["Admin", "root"]) },
        { "SAL2912", "'roles'", i => i.Token(c => c.Remove("roles")) },
        { "SAL2912", "'tenant'", i => i.Token(c => c["tenant"] = "../others") },
        { "SAL2912", "2 tenants", i => i.Token(c => c["tenant"] = (string[])["a", "b"]) },
        { "SAL2912", "'sub'", i => i.Token(c => c["sub"] = "two\nlines") },
        { "SAL2912", "'sub'", i => i.Token(c => c["sub"] = 7) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_token_that_is_wrong_in_one_thing_is_refused(string code, string why, Func<TokenIssuer, string> token) =>
        Assert.Contains(why, (await RefusedAsync(code, token(_issuer))).What, StringComparison.Ordinal);

    [Fact]
    public async Task A_provider_may_change_its_keys_at_any_time_and_forged_tokens_do_not_make_anybody_ask_it_without_end()
    {
        var check = Check();
        var old = _issuer.Token();
        await check.AuthenticateAsync(old, Cancellation);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _issuer.Rotate(forgets: true);
        Assert.Equal("lab", (await check.AuthenticateAsync(_issuer.Token(), Cancellation)).Tenant);
        Assert.Equal("SAL2910", (await Assert.ThrowsAsync<SaliencyException>(() => check.AuthenticateAsync(old, Cancellation))).Code);
        for (var i = 0; i < 50; i++)
            await Assert.ThrowsAsync<SaliencyException>(() => check.AuthenticateAsync(_issuer.Token(header: h =>
                h["kid"] = $"forged-{i}"), Cancellation));
        Assert.Equal(2, _issuer.Asked);
    }

    [Fact]
    public async Task A_provider_that_is_away_refuses_nobody_whose_key_is_known_and_everybody_else_for_a_while()
    {
        var check = Check();
        _issuer.IsBroken = true;
        var away = await Assert.ThrowsAnyAsync<SaliencyException>(() => check.AuthenticateAsync(_issuer.Token(), Cancellation));
        Assert.Equal("SAL2913", away.Code);
        _issuer.IsBroken = false;
        await check.AuthenticateAsync(_issuer.Token(), Cancellation);
        _issuer.IsBroken = true;
        _clock.Advance(TimeSpan.FromHours(13));
        long Now() => _clock.GetUtcNow().ToUnixTimeSeconds();
        await check.AuthenticateAsync(_issuer.Token(c => c["exp"] = Now() + 60), Cancellation);
    }

    [Fact]
    public async Task A_provider_of_another_name_is_not_believed()
    {
        _issuer.Name = "https://elsewhere.example";
        await RefusedAsync("SAL2913", _issuer.Token());
    }

    [Fact]
    public void Every_mistake_in_the_options_is_named()
    {
        var mistakes = new TokenOptions
        {
            Issuer = "http://login.example", RoleClaim = " ", Tenants = new Dictionary<string, string> { ["x"] = "a/b" }, Tenant = "clinic",
            ClockSkew = TimeSpan.FromHours(1), Weight = 0, Pools = ["a b"], StoredBytes = -1,
            Roles = new Dictionary<string, string> { ["x"] = "root" },
        }.Mistakes().Select(m => m.Option);
        Assert.Equal(["Issuer", "Audience", "RoleClaim", "Tenants", "Tenants", "ClockSkew", "Weight", "Pools", "StoredBytes", "Roles"],
            mistakes);
        Assert.Equal(Enum.GetValues<Role>().Select(AccessErrors.Text), TokenOptions.RoleNames);
        Assert.Empty(Options().Mistakes());
    }

    private TokenOptions Options() => new() { Issuer = _issuer.Address, Audience = "saliency" };

    private TokenCheck Check(TokenOptions? options = null) =>
        new(options ?? Options(), new(_issuer.Address, _http, _clock, NullLogger<ProviderKeys>.Instance), _clock);

    private Task<Caller> AskAsync(string token, TokenOptions? options = null) =>
        Check(options).AuthenticateAsync(token, Cancellation);

    private async Task<SaliencyException> RefusedAsync(string code, string token, TokenOptions? options = null)
    {
        var refused = await Assert.ThrowsAnyAsync<SaliencyException>(() => AskAsync(token, options));
        Assert.Equal(code, refused.Code);
        return refused;
    }
}
