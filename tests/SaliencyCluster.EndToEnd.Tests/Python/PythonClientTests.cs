using System.Diagnostics;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Python;

public sealed class PythonClientTests(SharedCluster cluster)
{
    [Fact]
    public async Task A_python_client_uploads_explains_runs_a_job_and_reads_an_error()
    {
        var start = new ProcessStartInfo(Path.Combine(Repo.Root, "tests", "python", "run"), [cluster.Grpc.Authority]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var run = Process.Start(start)!;
        // Both at once: a pipe that nobody reads stops the one who writes.
        var complaints = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await complaints;
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True((run.ExitCode, output) == (0, "python:1 target 3 (3), 784 values, 32 points, NOT_FOUND SAL3002\n"), $"exit {run.ExitCode}\n{output}{errors}");
    }
}
