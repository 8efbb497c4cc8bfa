using System.Globalization;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Errors;

/// <summary>When to try again what the cluster refused for now.</summary>
internal static class RetryTable
{
    /// <summary>Gets the pause after an error; null where a repetition alone does not help.</summary>
    public static TimeSpan? After(SaliencyException error) => (error as RetryLaterException)?.After ?? After(error.Code);

    /// <summary>Gets a pause as the header <c>Retry-After</c> has it.</summary>
    public static string Header(TimeSpan after) => Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static TimeSpan? After(string code) => code switch
    {
        // Jobs end all the time; room comes back when somebody deletes something or a retention passes.
        "SAL3010" or "SAL3012" => TimeSpan.FromSeconds(10),
        "SAL3011" => TimeSpan.FromMinutes(5),
        // Evaluations last for minutes.
        "SAL3013" => TimeSpan.FromSeconds(30),
        StorageOutage.DatabaseAway => TimeSpan.FromSeconds(2),
        _ => null,
    };
}
