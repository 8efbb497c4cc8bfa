using SaliencyCluster.Grains.Abstractions.Keys;

namespace SaliencyCluster.Gateway.Hosting;

/// <summary>Which tokens of an identity provider (OpenID Connect) are accepted, and what those who carry them may do.</summary>
public sealed record TokenOptions
{
    /// <summary>Gets who issues the tokens: <c>ISSUER/.well-known/openid-configuration</c> names the keys that they are signed
    /// with.</summary>
    /// <value>An <c>https</c> address, or an <c>http</c> one of this host; exactly the claim <c>iss</c>. The default is none: tokens are
    /// not accepted.</value>
    public string? Issuer { get; init; }

    /// <summary>Gets for whom tokens must be issued.</summary>
    /// <value>One of the values of the claim <c>aud</c>. There is no default.</value>
    public string? Audience { get; init; }

    /// <summary>Gets the claim by which a caller is known in audit, errors and limits.</summary>
    /// <value>The name of a claim. The default is <c>sub</c>.</value>
    public string NameClaim { get; init; } = "sub";

    /// <summary>Gets the tenant of every token.</summary>
    /// <value>A tenant's name. The default is none: <see cref="TenantClaim"/> says it.</value>
    public string? Tenant { get; init; }

    /// <summary>Gets the claim that says the tenant.</summary>
    /// <value>The name of a claim, or its place inside one, such as <c>organization.name</c>. The default is <c>tenant</c>.</value>
    public string TenantClaim { get; init; } = "tenant";

    /// <summary>Gets which tenant each value of <see cref="TenantClaim"/> means.</summary>
    /// <value>From values to tenants; others are refused. The default is none: the value is the tenant.</value>
    public IReadOnlyDictionary<string, string> Tenants { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the claim that says what a caller may do: the greatest role of its values.</summary>
    /// <value>The name of a claim, or its place inside one, such as <c>realm_access.roles</c>. The default is <c>roles</c>.</value>
    public string RoleClaim { get; init; } = "roles";

    /// <summary>Gets which role each value of <see cref="RoleClaim"/> means.</summary>
    /// <value>From values to <c>submit</c>, <c>operate</c> or <c>admin</c>; others mean none. The default is none: the values are
    /// these names themselves.</value>
    public IReadOnlyDictionary<string, string> Roles { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how far the clocks of provider and gateway may differ.</summary>
    /// <value>From 0 to 10 minutes. The default is 1 minute.</value>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets the most points of unfinished jobs that a tenant may have for a call with a token to be accepted.</summary>
    /// <value>At least 0. The default is none: no limit.</value>
    public long? QueuedPoints { get; init; }

    /// <summary>Gets the most bytes of stored models, images and maps that it may have.</summary>
    /// <value>At least 0. The default is none: no limit.</value>
    public long? StoredBytes { get; init; }

    /// <summary>Gets the most jobs that have not ended.</summary>
    /// <value>At least 0. The default is none: no limit.</value>
    public int? ConcurrentJobs { get; init; }

    /// <summary>Gets the share of the devices that its jobs give to its tenant, against other tenants.</summary>
    /// <value>From 0.01 to 100. The default is 1.</value>
    public double Weight { get; init; } = 1;

    /// <summary>Gets the pools of workers that jobs may use, the first being the one of jobs that name none.</summary>
    /// <value>Names of pools. The default is none: every pool.</value>
    public IReadOnlyList<string> Pools { get; init; } = [];

    /// <summary>Gets what roles are called.</summary>
    internal static IReadOnlyList<string> RoleNames { get; } = ["submit", "operate", "admin"];

    /// <summary>Finds every mistake: the option, its value and what it must be.</summary>
    internal IEnumerable<(string Option, object Value, string Range)> Mistakes()
    {
        if (Issuer is null || !IsIssuer(Issuer))
            yield return (nameof(Issuer), Issuer is null ? "missing" : $"'{Issuer}'",
                "an https address without query, or an http one of this host");
        if (string.IsNullOrWhiteSpace(Audience)) yield return (nameof(Audience), "missing", "the audience that tokens are issued for");
        (string, string)[] claims = [(nameof(NameClaim), NameClaim), (nameof(TenantClaim), TenantClaim), (nameof(RoleClaim), RoleClaim)];
        foreach (var (option, claim) in claims)
            if (string.IsNullOrWhiteSpace(claim)) yield return (option, "empty", "the name of a claim");
        foreach (var tenant in Tenants.Values.Append(Tenant).OfType<string>().Where(t => !GrainKeys.IsName(t)))
            yield return (tenant == Tenant ? nameof(Tenant) : nameof(Tenants), $"'{tenant}'", "1 to 100 letters, digits, '.', '_' or '-'");
        if (Tenant is not null && Tenants.Count > 0) yield return (nameof(Tenants), "given", "left out where Tenant is given");
        if (ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromMinutes(10))
            yield return (nameof(ClockSkew), ClockSkew, "from 0 to 10 minutes");
        if (Weight is not (>= 0.01 and <= 100)) yield return (nameof(Weight), Weight, "from 0.01 to 100");
        foreach (var pool in Pools.Where(p => !GrainKeys.IsName(p)))
            yield return (nameof(Pools), $"'{pool}'", "1 to 100 letters, digits, '.', '_' or '-'");
        foreach (var (option, most) in new[] { (nameof(QueuedPoints), QueuedPoints), (nameof(StoredBytes), StoredBytes),
            (nameof(ConcurrentJobs), ConcurrentJobs) })
            if (most < 0) yield return (option, most, "at least 0");
        foreach (var role in Roles.Values.Where(r => !RoleNames.Contains(r))) yield return (nameof(Roles), $"'{role}'",
            $"one of {string.Join(", ", RoleNames)}");
    }

    private static bool IsIssuer(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Query.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
