using System.Diagnostics;

namespace SaliencyCluster.Worker.Tests;

/// <summary>The worker as an operator meets it. What it does within a cluster is tested with the grains, and with faults.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-worker-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--Saliency:Cluster:SiloPort=70000", "SAL9201: Saliency:Cluster:SiloPort is 70000; it must be from 0 to 65535.")]
    [InlineData("--Saliency:Cluster:Sillyport=1", "SAL9201: The section Saliency:Cluster cannot be read")]
    [InlineData("--Saliency:Cluster:Storage=cluster", "SAL9201: Saliency:Cluster:ConnectionString is missing")]
    public async Task Wrong_settings_are_named_and_end_it_with_3(string setting, string error)
    {
        var (exit, _, said) = await EndAsync(Start(setting));
        Assert.True(exit == 3, said);
        Assert.StartsWith($"error {error}", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_looks_at_the_device_too_and_starts_nothing()
    {
        var (exit, output, said) = await EndAsync(Start("doctor"));
        Assert.True(exit == 0, output + said);
        Assert.Contains("SAL9416", output, StringComparison.Ordinal);
        Assert.Contains("0 failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_waits_for_its_database_ends_at_SIGTERM()
    {
        using var worker = Start(
            "--Saliency:Cluster:Storage=cluster", "--Saliency:Cluster:ConnectionString=Host=127.0.0.1;Port=1;Username=nobody;Database=none",
            "--Saliency:Cluster:StartPatience=01:00:00", "--Saliency:Cluster:Tls:Required=false");
        var said = "";
        while (!said.Contains("The database is away", StringComparison.Ordinal))
            said += await worker.StandardOutput.ReadLineAsync(Cancellation) ?? throw new InvalidOperationException($"It ended before it waited: {said}{await worker.StandardError.ReadToEndAsync(Cancellation)}");
        using (var kill = Process.Start("kill", ["-TERM", $"{worker.Id}"])) await kill.WaitForExitAsync(Cancellation);
        var (exit, _, error) = await EndAsync(worker);
        Assert.True(exit == 143, error);
    }

    private Process Start(params string[] arguments)
    {
        // The worker is built beside this test, in the same configuration.
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "SaliencyCluster.sln"))) root = root.Parent;
        var program = Path.Combine(root.FullName, "src", "SaliencyCluster.Worker", "bin", "Release", "net10.0", "SaliencyCluster.Worker.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments, $"--Saliency:Cluster:DataDirectory={_folder}", "--Saliency:Cluster:MetricsPort=0"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder,
        })!;
    }

    private static async Task<(int Exit, string Output, string Error)> EndAsync(Process worker)
    {
        using (worker)
        {
            try
            {
                var output = worker.StandardOutput.ReadToEndAsync(Cancellation);
                var error = await worker.StandardError.ReadToEndAsync(Cancellation);
                await worker.WaitForExitAsync(Cancellation);
                return (worker.ExitCode, await output, error);
            }
            finally
            {
                if (!worker.HasExited) worker.Kill(entireProcessTree: true);
            }
        }
    }
}
