using System.CommandLine;
using System.Runtime.InteropServices;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.TestKit;
using static System.Runtime.InteropServices.PosixSignal;

namespace SaliencyCluster.Cli.Tests.Signals;

/// <summary>SIGTERM and SIGINT end every command that runs for longer than a moment. A signal is sent once the command is known to be under way.</summary>
public sealed class SignalTests : IDisposable
{
    // They only read and write a file or print what is in the program.
    private static readonly string[] EndAtOnce = ["audit", "certificates create", "completion", "export", "keys create", "keys list",
        "keys revoke", "methods", "migrate", "models similarity"];

    // Computing or serving: each has a test below.
    private static readonly string[] OfThisProcess = ["demo", "serve", "worker", "kserve", "bench engine", "bench profile"];

    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-signals-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> ClusterCommands => [.. ClusterCalls.All.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_command_is_in_a_table_of_these_tests() => Assert.Equal(
        Leaves(CommandCatalog.Root(new CliHost(TextWriter.Null, TextWriter.Null, TimeProvider.System)), "").Order(StringComparer.Ordinal),
        ClusterCalls.All.Keys.Concat(OfThisProcess).Concat(EndAtOnce).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(ClusterCommands))]
    public async Task A_command_that_waits_for_a_silent_gateway_ends_when_it_is_cancelled(string command)
    {
        using var gateway = new SilentGateway();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var error = new StringWriter();
        var running = SaliencyCommandLine.RunAsync(ClusterCalls.Line(command, _folder, gateway.Url), new CliHost(TextWriter.Null, error, TimeProvider.System), stop.Token);
        if (await Task.WhenAny(gateway.Asked, running) == running) Assert.Fail($"It ended with exit code {await running} before it was told to: {error}");
        await stop.CancelAsync();
        Assert.Equal(4, await running);
        Assert.Contains("SAL2590", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("explain", SIGTERM)]
    [InlineData("explain", SIGINT)]
    [InlineData("jobs submit", SIGTERM)]
    [InlineData("jobs watch", SIGTERM)]
    [InlineData("jobs watch", SIGINT)]
    [InlineData("jobs fetch", SIGTERM)]
    [InlineData("jobs fetch", SIGINT)]
    [InlineData("models add", SIGTERM)]
    [InlineData("evaluations watch", SIGTERM)]
    [InlineData("evaluations watch", SIGINT)]
    [InlineData("evaluate all", SIGTERM)]
    [InlineData("bench job", SIGTERM)]
    [InlineData("bench latency", SIGTERM)]
    [InlineData("doctor", SIGTERM)]
    public async Task A_command_that_waits_for_a_silent_gateway_ends_at_a_signal(string command, PosixSignal signal)
    {
        using var gateway = new SilentGateway();
        using var process = new CommandProcess(ClusterCalls.Line(command, _folder, gateway.Url));
        await process.UnderWayAsync(gateway.Asked);
        await IsStoppedAsync(process, signal);
    }

    [Theory]
    [InlineData("explain", SIGTERM)]
    [InlineData("explain", SIGINT)]
    [InlineData("evaluate", SIGTERM)]
    [InlineData("check", SIGTERM)]
    [InlineData("bench", SIGTERM)]
    [InlineData("bench", SIGINT)]
    [InlineData("bench profile", SIGTERM)]
    public async Task A_command_that_computes_ends_at_a_signal(string command, PosixSignal signal)
    {
        string model = Repo.Model("mnist-cnn"), output = Path.Combine(_folder, "out"), pixels = ClusterCalls.Pixels(_folder);
        using var process = new CommandProcess(command switch
        {
            "explain" => ["explain", "--local", "--lanes", "1", "--model", model, "--input", pixels, "--out", output, "--method", "smoothgrad", "--samples", "10000"],
            "evaluate" => ["evaluate", "all", "--local", "--lanes", "1", "--model", model, "--input", pixels, "--out", output, "--seeds", "100"],
            "check" => ["check", "randomization", "--local", "--lanes", "1", "--model", model, "--input", pixels, "--out", output, "--seeds", "100"],
            "bench profile" => ["bench", "profile", "--model", model, "--batch", "512", "--runs", "1000"],
            _ => ["bench", "engine", "--lanes", "1", "--model", model, "--seconds", "3600"],
        });
        // The progress that is printed every few seconds.
        await process.SeeAsync(line => line.Contains("/s", StringComparison.Ordinal));
        await IsStoppedAsync(process, signal);
    }

    [Theory]
    [InlineData(SIGTERM)]
    [InlineData(SIGINT)]
    public async Task Serve_ends_at_a_signal(PosixSignal signal)
    {
        using var process = new CommandProcess(Serve("--workers", "0"));
        await process.SeeAsync(line => line.Contains("Stop with Ctrl+C", StringComparison.Ordinal));
        Assert.True(await process.EndAsync(signal) == 0, process.Printed);
    }

    [Fact]
    public async Task Serve_that_waits_for_its_database_ends_at_a_signal()
    {
        using var process = new CommandProcess(
            Serve(), ("Saliency__Cluster__Storage", "cluster"), ("Saliency__Cluster__Tls__Required", "false"), ("Saliency__Cluster__ConnectionString", "Host=127.0.0.1;Port=1;Username=nobody;Database=none"),
            ("Saliency__Cluster__StartPatience", "01:00:00"));
        await process.SeeAsync(line => line.Contains("The database is away", StringComparison.Ordinal));
        await IsStoppedAsync(process, SIGTERM);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_ends_at_a_signal_though_its_input_stays_open(bool ofServe)
    {
        // A worker waits for its first gateway.
        using var serve = new CommandProcess(Serve("--workers", "0"));
        await serve.SeeAsync(line => line.Contains("Stop with Ctrl+C", StringComparison.Ordinal));
        string[] arguments = ["worker", "--lanes", "1", "--data", Path.Combine(_folder, "data")];
        using var process = new CommandProcess(ofServe ? [.. arguments, "--until-input-closes"] : arguments);
        await process.SeeAsync(line => line.Contains("Stop with Ctrl+C", StringComparison.Ordinal));
        Assert.True(await process.EndAsync(SIGTERM) == 0, process.Printed);
        Assert.True(await serve.EndAsync(SIGTERM) == 0, serve.Printed);
    }

    [Fact]
    public async Task The_demo_ends_at_a_signal()
    {
        using var process = new CommandProcess(["demo", "--out", Path.Combine(_folder, "demo")]);
        await process.SeeAsync(_ => true);
        await IsStoppedAsync(process, SIGTERM);
    }

    private string[] Serve(params string[] more) =>
        ["serve", "--grpc-port", "0", "--http-port", "0", "--metrics-port", "0", "--data", Path.Combine(_folder, "data"), .. more];

    private static async Task IsStoppedAsync(CommandProcess process, PosixSignal signal)
    {
        Assert.True(await process.EndAsync(signal) == 4, process.Printed);
        Assert.Contains("SAL2590", process.Printed, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Leaves(Command command, string words) => command.Subcommands.Count == 0
        ? [words.Trim()]
        : command.Subcommands.SelectMany(child => Leaves(child, $"{words} {child.Name}"));
}
