using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Abstractions.Quotas;

/// <summary>Why a tenant may not have more, each made in one place.</summary>
public static class QuotaErrors
{
    /// <summary>SAL3010.</summary>
    public static SaliencyException Points(string tenant, long held, long more, long most) => new("SAL3010",
        FormattableString.Invariant($"The tenant '{tenant}' has unfinished jobs of {held} points; with {more} more it would exceed its limit of {most}."),
        more > most ? "Split the job, or ask for fewer samples or steps; the limit is queuedPoints of the API key." : "Wait until jobs have ended, or cancel one; the limit is queuedPoints of the API key.");

    /// <summary>SAL3011.</summary>
    public static SaliencyException Bytes(string tenant, long most) => new("SAL3011",
        FormattableString.Invariant($"The tenant '{tenant}' would store more than its limit of {most} bytes."),
        "Delete jobs or models that are not needed any more; the limit is storedBytes of the API key.");

    /// <summary>SAL3012.</summary>
    public static SaliencyException Jobs(string tenant, int most) => new("SAL3012",
        FormattableString.Invariant($"The tenant '{tenant}' has as many unfinished jobs as it may have: {most}."),
        "Wait until one has ended, or cancel one; the limit is concurrentJobs of the API key.");
}
