using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Cli.Cluster;

namespace SaliencyCluster.Cli.Tests.Cluster;

/// <summary>Shells stand in for the workers.</summary>
public sealed class WorkerChildrenTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Workers_that_leave_when_their_input_closes_are_waited_for()
    {
        var children = Children("cat >/dev/null");
        await children.DisposeAsync();
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task A_worker_that_does_not_leave_is_killed_after_its_time()
    {
        var children = Children("exec sleep 1000000");
        var stopping = children.DisposeAsync().AsTask();
        while (!stopping.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(110));
            await Task.Yield();
        }
        await stopping;
        Assert.Equal("worker 1 did not stop within 110 s and was killed", _error.ToString().Trim());
    }

    private WorkerChildren Children(string script) => new(
        1, () => new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true },
        TimeSpan.FromSeconds(110), new CliHost(TextWriter.Null, _error, _clock));
}
