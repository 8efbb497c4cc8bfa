namespace SaliencyCluster.Gateway.Hosting;

/// <summary>Where it is written down who did what.</summary>
public sealed record AuditOptions
{
    /// <summary>Gets the file that records are appended to, one JSON object a line, each with the hash of the line before.</summary>
    /// <value>A path; every gateway needs a file of its own. The default is none.</value>
    public string? File { get; init; }

    /// <summary>Gets whether records go to the log too, as category <c>SaliencyCluster.Audit</c>.</summary>
    /// <value>The default is false.</value>
    public bool Log { get; init; }

    /// <summary>Gets whether calls that only read are recorded too: who looked at which results.</summary>
    /// <value>The default is false: calls that change or compute something, sign-ins, and calls that were not let in.</value>
    public bool Reads { get; init; }
}
