using System.CommandLine;
using System.Globalization;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Cli.Progress;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Bench;

/// <summary><c>saliency bench latency</c>: how long somebody waits who asks for one map, and where the time goes.</summary>
internal sealed class BenchLatencyCommand : CliCommand
{
    // So many calls are not measured: the first ones load the model.
    private const int WarmCalls = 20;

    private readonly Option<string> _model = new("--model")
    {
        Description = "Model of the cluster, or an ONNX file to upload first.", Required = true, HelpName = "NAME|FILE",
    };
    private readonly Option<string> _method = new("--method")
    {
        Description = "Attribution method.", DefaultValueFactory = _ => "gradient", HelpName = "METHOD",
    };
    private readonly Option<int> _calls = new("--calls")
    {
        Description = "Calls that are measured, from 1 to 1,000,000.", DefaultValueFactory = _ => 2000, HelpName = "N",
    };
    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "Calls per second that start, from 0.01 to 10,000, however long the earlier ones take. Default: one after another.",
        HelpName = "R",
    };
    private readonly EndpointOption _endpoint = new();

    public BenchLatencyCommand(CliHost host) : base("latency", "Time that a caller waits for one map, and its parts.", host)
    {
        foreach (var option in (Option[])[_model, _method, _calls, _rate, _endpoint]) Add(option);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (calls, rate) = (arguments.GetValue(_calls), arguments.GetValue(_rate));
        if (calls is < 1 or > 1_000_000) throw new SaliencyException("SAL2503", $"--calls is '{calls}'.", "It must be from 1 to 1000000.");
        if (rate is not null and not (>= 0.01 and <= 10_000)) throw new SaliencyException("SAL2503",
            string.Create(CultureInfo.InvariantCulture, $"--rate is '{rate}'."), "It must be from 0.01 to 10000.");
        using var client = _endpoint.Connect(arguments, host.Clock);
        var model = await ModelUploader.FindOrAddAsync(client, arguments.GetRequiredValue(_model), ModelFacts.None, cancellation);
        var asked = new Asked(client, $"{model.Name}:{model.Version}", new() { Method = arguments.GetRequiredValue(_method) },
            BenchImages.Of(model, 1).Single(), host.Clock);
        for (var i = 0; i < WarmCalls; i++) await asked.CallAsync(host.Clock.GetTimestamp(), cancellation);

        var started = host.Clock.GetTimestamp();
        var measured = await MeasureAsync(asked, calls, rate, host, cancellation);
        var seconds = host.Clock.GetElapsedTime(started).TotalSeconds;
        var result = BenchLatencyResult.Of(model.Name, asked.Options.Method, rate, measured, seconds);
        if (host.Json) JsonPrinter.Print(host.Out, result);
        else result.Print(host.Out);
        return ExitCode.Ok;
    }

    private static async Task<LatencyOfCall[]> MeasureAsync(
        Asked asked, int calls, double? rate, CliHost host, CancellationToken cancellation)
    {
        using var progress = new ProgressDisplay(host, calls, "calls");
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var measured = new LatencyOfCall[calls];
        var pending = new List<Task>();
        var starting = StartAsync();
        await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        // A call that failed has ended all others; it says why.
        await (pending.Find(p => p.IsFaulted) ?? starting);
        return measured;

        async Task StartAsync()
        {
            var started = host.Clock.GetTimestamp();
            for (var i = 0; i < calls; i++)
            {
                var planned = host.Clock.GetTimestamp();
                if (rate is { } perSecond)
                {
                    // A call that starts late has waited since it should have started: a slow server must not slow down who measures it.
                    var due = TimeSpan.FromSeconds(i / perSecond);
                    planned = started + (long)(due.TotalSeconds * host.Clock.TimestampFrequency);
                    if (due - host.Clock.GetElapsedTime(started) is { Ticks: > 0 } early) await Task.Delay(early, host.Clock, failed.Token);
                }
                pending.Add(OneAsync(i, planned));
                if (rate is null) await pending[^1];
                failed.Token.ThrowIfCancellationRequested();
            }
        }

        async Task OneAsync(int index, long planned)
        {
            try
            {
                measured[index] = await asked.CallAsync(planned, failed.Token);
                progress.Meter.Add(1);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                await failed.CancelAsync();
                throw;
            }
        }
    }

    private sealed record Asked(SaliencyClient Client, string Model, ExplanationOptions Options, ImageInput Image, TimeProvider Clock)
    {
        public async Task<LatencyOfCall> CallAsync(long planned, CancellationToken cancellation)
        {
            var accepted = TimeSpan.Zero;
            await foreach (var update in Client.ExplainAsync(Model, Options, Image, cancellation: cancellation))
            {
                if (update is ExplainUpdate.Started) accepted = Clock.GetElapsedTime(planned);
                if (update is ExplainUpdate.Finished finished)
                {
                    var all = Clock.GetElapsedTime(planned);
                    return new(accepted.TotalMilliseconds, finished.Answer.Result.Seconds * 1000, all.TotalMilliseconds);
                }
            }
            throw new InvalidDataException("The gateway ended the stream without a result.");
        }
    }
}
