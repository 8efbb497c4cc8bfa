using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Dashboard.Live;

namespace SaliencyCluster.Dashboard.Tests.Live;

public sealed class LiveClusterTests
{
    [Fact]
    public async Task An_error_of_any_kind_is_told_and_the_cluster_is_asked_again()
    {
        using var handler = new SocketsHttpHandler();
        // Never opened: whoever asks for its client gets an error that is none of the gateway's.
        using var connection = new ClusterConnection(new DashboardOptions { Endpoint = () => new("http://127.0.0.1:1"), Handler = handler });
        var clock = new FakeTimeProvider();
        await using var live = new LiveCluster(connection, clock);
        var told = 0;
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        live.Changed += () =>
        {
            if (++told == 2) again.SetResult();
        };
        live.Start();
        Assert.Equal((1, "InvalidOperationException: No page has been opened on this connection."), (told, live.Lost));
        clock.Advance(TimeSpan.FromSeconds(2));
        await again.Task.WaitAsync(TestContext.Current.CancellationToken);
    }
}
