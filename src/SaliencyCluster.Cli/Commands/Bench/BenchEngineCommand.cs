using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime;
using SaliencyCluster.Runtime.Bench;
using SaliencyCluster.Runtime.Devices;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary><c>saliency bench engine</c>: gradient points per second without any cluster, beside a plain loop over the same graph.</summary>
internal sealed class BenchEngineCommand : CliCommand
{
    // Large enough to use the caches well, small enough to stay in them.
    private const int DefaultBatch = 4;

    private readonly Option<string> _model = new("--model") { Description = "ONNX file.", Required = true };
    private readonly Option<int> _batch = new("--batch") { Description = "Points per run.", DefaultValueFactory = _ => DefaultBatch };
    private readonly Option<int?> _lanes = new("--lanes") { Description = "Runs at the same time. Default: one per processor." };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Time to measure, for the engine and the plain loop together.", DefaultValueFactory = _ => 20 };

    private readonly ProviderOption _provider = new();
    private readonly PointsOption _points = new();
    private readonly PrecisionOption _precision = new();

    public BenchEngineCommand(CliHost host) : base("engine", "Gradient points per second of the bare engine.", host)
    {
        Add(_model);
        Add(_batch);
        Add(_lanes);
        Add(_seconds);
        Add(_provider);
        Add(_points);
        Add(_precision);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var path = arguments.GetRequiredValue(_model);
        var duration = TimeSpan.FromSeconds(Within("--seconds", arguments.GetValue(_seconds), 2, 3600));
        var model = ModelFile.Read(path);
        var summary = ModelSummary.Of(model);
        var batch = summary.FreeBatch ? (int)Within("--batch", arguments.GetValue(_batch), 1, 512) : 1;
        var options = new DeviceOptions
        {
            Lanes = arguments.GetValue(_lanes), ExecutionProvider = arguments.GetRequiredValue(_provider),
            PointsOnDevice = _points.OnDevice(arguments),
        };
        await using var device = new Device(options, host.Clock, NullLogger.Instance, precision: _precision.Read(arguments));
        EngineBenchmarkResult result;
        using (var progress = new ProgressDisplay(host, EngineBenchmark.TurnsOf(duration), "turns"))
        {
            int[] shape = [.. summary.ImageShape.Select(d => d < 0 ? 224 : (int)d)];
            result = await new EngineBenchmark(device, host.Clock).RunAsync(
                model, shape, batch, duration, turnDone: () => progress.Meter.Add(1), cancellation);
        }
        if (host.Json) JsonPrinter.Print(host.Out, Json(path, result));
        else Print(host.Out, path, result);
        return ExitCode.Ok;
    }

    private static object Json(string path, EngineBenchmarkResult r) => new
    {
        model = Path.GetFileNameWithoutExtension(path),
        r.Batch,
        r.Lanes,
        r.Points,
        r.Seconds,
        r.PointsPerSecond,
        r.PlainPointsPerSecond,
        r.Ratio,
        r.GraphMultiplyAdds,
        multiplyAddsPerPoint = r.GraphMultiplyAdds / r.Batch,
        r.MatMulGflops,
        r.GraphGflops,
        r.PeakGflops,
        r.Efficiency,
    };

    private static void Print(TextWriter output, string path, EngineBenchmarkResult r)
    {
        var invariant = CultureInfo.InvariantCulture;
        output.WriteLine($"{Path.GetFileNameWithoutExtension(path)}, batch {r.Batch}, {r.Lanes} lanes of one thread");
        output.WriteLine(string.Create(invariant, $"  engine      {ProgressText.Rate(r.PointsPerSecond),8} gradient points/s"));
        output.WriteLine(string.Create(invariant, $"  plain loop  {ProgressText.Rate(r.PlainPointsPerSecond),8} gradient points/s over the same graph, in turns with the engine"));
        output.WriteLine(string.Create(invariant, $"  ratio       {r.Ratio,8:F3}"));
        output.WriteLine(string.Create(invariant, $"  graph       {r.GraphMultiplyAdds / 1e9 / r.Batch,8:F2} G multiply-adds per point, forward and backward"));
        output.WriteLine(string.Create(invariant, $"  efficiency  {r.Efficiency,8:P0} of {r.PeakGflops:F0} GFLOP/s, the fastest that all lanes did anything together; large matrix products {r.MatMulGflops * r.Lanes:F0}"));
    }

    private static double Within(string option, double value, double least, double most) => value >= least && value <= most ? value : throw new SaliencyException(
        "SAL2503", string.Create(CultureInfo.InvariantCulture, $"{option} is '{value}'."), string.Create(CultureInfo.InvariantCulture, $"It must be from {least} to {most}."));
}
