using System.CommandLine;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary>Options that every command has.</summary>
internal static class GlobalOptions
{
    /// <summary>Gets <c>--json</c>.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print machine-readable JSON only.", Recursive = true };
}
