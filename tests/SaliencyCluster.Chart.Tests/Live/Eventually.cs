namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>Waits for what other processes do.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(within ?? TimeSpan.FromMinutes(4));
        try
        {
            while (!await condition()) await Task.Delay(100, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Assert.Fail($"It did not come to this in time: {what}");
        }
    }
}
