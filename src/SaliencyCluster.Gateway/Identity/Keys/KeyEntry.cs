namespace SaliencyCluster.Gateway.Identity.Keys;

/// <summary>One key as the file holds it: everything but its secret.</summary>
public sealed record KeyEntry
{
    /// <summary>Gets the name of the key, which is no secret: it appears in logs and errors.</summary>
    /// <value>1 to 40 letters, digits or <c>-</c>; unique in the file.</value>
    public required string Id { get; init; }

    /// <summary>Gets whose models, jobs and results it reaches.</summary>
    /// <value>1 to 100 letters, digits, <c>.</c>, <c>_</c> or <c>-</c>, not starting with <c>.</c>.</value>
    public required string Tenant { get; init; }

    /// <summary>Gets what it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Gets the hash of the whole key text.</summary>
    /// <value><c>sha256:</c> and 64 lower-case hexadecimal digits.</value>
    public required string Hash { get; init; }

    /// <summary>Gets when it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets from when on it is refused.</summary>
    /// <value>Null, the default, for never.</value>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Gets since when it is refused, whatever <see cref="Expires"/> says.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>Gets what its tenant may hold for it to be accepted.</summary>
    public KeyLimits? Limits { get; init; }

    /// <summary>Gets the share of the devices that its jobs give to its tenant, against other tenants.</summary>
    /// <value>From 0.01 to 100. The default is 1.</value>
    public double Weight { get; init; } = 1;

    /// <summary>Gets the pools of workers that its jobs may use, the first being the one of jobs that name none, where <c>default</c> is not among them.</summary>
    /// <value>Names of pools. Null, the default, for every pool.</value>
    public IReadOnlyList<string>? Pools { get; init; }
}
