using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Bench;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary><c>saliency bench profile</c>: where the time of a gradient goes, by kind of operator.</summary>
internal sealed class BenchProfileCommand : CliCommand
{
    private const int DefaultBatch = 4, DefaultRuns = 20, MostBatch = 512, MostRuns = 1000, SlowestNodes = 10;

    private readonly Option<string> _model = new("--model") { Description = "ONNX file.", Required = true };
    private readonly Option<int> _batch = new("--batch") { Description = "Points per run.", DefaultValueFactory = _ => DefaultBatch };
    private readonly Option<int> _runs = new("--runs") { Description = "Runs to measure.", DefaultValueFactory = _ => DefaultRuns };

    private readonly PrecisionOption _precision = new();

    public BenchProfileCommand(CliHost host)
        : base("profile", "Where the time of a gradient goes on one lane of the processor, by kind of operator.", host)
    {
        Add(_model);
        Add(_batch);
        Add(_runs);
        Add(_precision);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var path = arguments.GetRequiredValue(_model);
        var batch = Within("--batch", arguments.GetValue(_batch), MostBatch);
        var runs = Within("--runs", arguments.GetValue(_runs), MostRuns);
        var model = ModelFile.Read(path);
        var summary = ModelSummary.Of(model);
        if (!summary.FreeBatch) batch = 1;
        long[] image = [.. summary.ImageShape.Select(d => d < 0 ? 224 : d)];
        var graph = ExplanationCompiler.Compile(model, new()
        {
            ImageShape = image, MicroBatch = batch, Precision = GraphProfiler.Checked(_precision.Read(arguments)),
        });
        GraphProfile profile;
        using (var progress = new ProgressDisplay(host, runs, "runs"))
            profile = await Task.Run(() => GraphProfiler.Run(graph, runs, () => progress.Meter.Add(1), cancellation), cancellation);
        var name = Path.GetFileNameWithoutExtension(path);
        if (host.Json)
            JsonPrinter.Print(host.Out, new { model = name, batch, profile.Runs, profile.Milliseconds, profile.BetweenShare, profile.Kinds,
                profile.Nodes });
        else
            Print(host, name, batch, profile);
        return ExitCode.Ok;
    }

    private static void Print(CliHost host, string model, int batch, GraphProfile profile)
    {
        var invariant = CultureInfo.InvariantCulture;
        host.Out.WriteLine(string.Create(
            invariant,
            $"{model}, batch {batch}, one lane of one thread: {profile.Milliseconds:F1} ms a run when profiled, mean of {profile.Runs}"));
        TablePrinter.Print(host, ["share", "ms", "nodes", "operator"],
        [
            .. profile.Kinds.Select(k => Row(k.Share, k.Milliseconds, k.Nodes.ToString(invariant), k.Kind)),
            Row(profile.BetweenShare, profile.BetweenShare * profile.Milliseconds, "", "(between nodes)"),
        ]);
        host.Out.WriteLine();
        host.Out.WriteLine("The slowest nodes, with the shapes that they read and write:");
        var slowest = profile.Nodes.Take(SlowestNodes);
        TablePrinter.Print(host, ["share", "ms", "operator", "shapes"],
            slowest.Select(n => Row(n.Milliseconds / profile.Milliseconds, n.Milliseconds, n.Kind, $"{n.Inputs} -> {n.Output}")));
    }

    private static string[] Row(double share, double milliseconds, string third, string fourth) =>
        [share.ToString("P1", CultureInfo.InvariantCulture), milliseconds.ToString("F2", CultureInfo.InvariantCulture), third, fourth];

    private static int Within(string option, int value, int most) => value >= 1 && value <= most
        ? value : throw new SaliencyException("SAL2503", $"{option} is '{value}'.", $"It must be from 1 to {most}.");
}
