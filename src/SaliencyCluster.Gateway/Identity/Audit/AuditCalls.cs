using System.Diagnostics;
using SaliencyCluster.Gateway.Identity;

namespace SaliencyCluster.Gateway.Identity.Audit;

/// <summary>Which calls are recorded, and how.</summary>
internal static class AuditCalls
{
    private static readonly Dictionary<string, string> Nothing = [];

    // Packages whose calls are users'; health, reflection and KEDA's questions are none.
    private static readonly string[] Packages = ["saliency.v1.", "inference."];

    private static readonly string[] ReadingVerbs = ["Get", "List", "Watch", "Read", "Render", "Server", "ModelReady", "ModelMetadata"];

    /// <summary>Gets what a gRPC method is called in records; null where it is not recorded.</summary>
    /// <param name="method">Its full name, such as <c>/saliency.v1.Explanations/SubmitJob</c>.</param>
    /// <param name="reads">Whether calls that only read are recorded.</param>
    public static string? NameOf(string method, bool reads)
    {
        if (Packages.FirstOrDefault(p => method.StartsWith('/' + p, StringComparison.Ordinal)) is not { } package) return null;
        var name = method[(method.LastIndexOf('/') + 1)..];
        return reads || !ReadingVerbs.Any(v => name.StartsWith(v, StringComparison.Ordinal)) ? method[(1 + package.Length)..] : null;
    }

    /// <summary>Records a call that has ended, where anything is recorded.</summary>
    public static Task RecordAsync(
        this AuditTrail trail, HttpContext context, string call, string outcome, IReadOnlyDictionary<string, string>? subject = null)
    {
        var caller = context.Features.Get<Caller>();
        return !trail.IsOn ? Task.CompletedTask : trail.WriteAsync(new(
            trail.Now, caller?.Tenant ?? "", caller?.Key ?? "", caller is null ? "" : AccessErrors.Text(caller.Role),
            context.Connection.RemoteIpAddress?.ToString() ?? "", call, subject ?? Nothing, outcome,
            Activity.Current?.TraceId.ToHexString() ?? ""));
    }
}
