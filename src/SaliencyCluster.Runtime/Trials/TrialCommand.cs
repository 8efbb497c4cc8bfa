using System.Diagnostics;
using System.Reflection;

namespace SaliencyCluster.Runtime.Trials;

/// <summary>How a process starts itself again to try a model: which its main function must look for (<c>TrialProgram</c>).</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">What comes before the word <see cref="Word"/>.</param>
public sealed record TrialCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The first argument of such a process.</summary>
    public const string Word = "try-graph";

    /// <summary>What stands for the folder where the graph was optimised before.</summary>
    internal const string Optimized = "-";

    /// <summary>What such a process says where the graph was run.</summary>
    internal const string Behaved = "behaved";

    /// <summary>What such a process says, before the reason, where loading or running was refused.</summary>
    internal const string Failed = "failed";

    /// <summary>Gets the command of this process.</summary>
    /// <param name="main">A type of the assembly with the main function.</param>
    public static TrialCommand OfThisProcess(Type main)
    {
        var own = Environment.ProcessPath!;
        // `dotnet saliency.dll` runs under the name of dotnet, and a test under its own.
        if (Path.GetFileNameWithoutExtension(own) == "dotnet") return new(own, [main.Assembly.Location]);
        return Assembly.GetEntryAssembly() == main.Assembly ? new(own, []) : new("dotnet", [main.Assembly.Location]);
    }

    internal ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program, [.. Arguments, Word, .. arguments])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // What serves a process that computes for hours takes longer than a trial.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        return start;
    }
}
