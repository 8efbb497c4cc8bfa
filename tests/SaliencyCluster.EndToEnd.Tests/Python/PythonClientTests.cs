using System.Diagnostics;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Python;

public sealed class PythonClientTests(SharedCluster cluster)
{
    [Fact]
    public async Task The_python_package_builds_type_checks_and_passes_its_tests_against_a_gateway()
    {
        var test = Path.Combine(Repo.Root, "deploy", "clients", "python", "test");
        var start = new ProcessStartInfo(test, [cluster.Grpc.Authority]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var run = Process.Start(start)!;
        // Both at once: a pipe that nobody reads stops the one who writes.
        var complaints = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await complaints;
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, $"exit {run.ExitCode}\n{output}{errors}");
        // unittest says it on the stream of errors.
        Assert.Matches(@"Ran \d\d tests in [\s\S]*\nOK\n", errors);
    }
}
