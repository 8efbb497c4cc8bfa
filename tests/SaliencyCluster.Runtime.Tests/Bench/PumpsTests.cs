using SaliencyCluster.Runtime.Bench;

namespace SaliencyCluster.Runtime.Tests.Bench;

public sealed class PumpsTests
{
    private const int Points = 16;

    public static TheoryData<int, int, double, double, double> Devices()
    {
        var data = new TheoryData<int, int, double, double, double>();
        foreach (var lanes in (int[])[1, 2, 3, 8])
            foreach (var pumps in (int[])[1, 2, 3, 5, 16])
                foreach (var pieceSeconds in (double[])[0.001, 0.66, 7])
                    foreach (var slice in (double[])[0, 0.5, 1, 5])
                        foreach (var offset in (double[])[0, 0.37]) data.Add(lanes, pumps, pieceSeconds, slice, offset * pieceSeconds / lanes);
        return data;
    }

    [Theory, MemberData(nameof(Devices), DisableDiscoveryEnumeration = true)]
    public async Task A_device_of_known_rate_has_that_rate(int lanes, int pumps, double pieceSeconds, double slice, double offset)
    {
        var device = new FakeLanes(Enumerable.Repeat(TimeSpan.FromSeconds(pieceSeconds), lanes), TimeSpan.FromSeconds(offset));
        var measured = await Measure(device, lanes, pumps, slice);
        // Fewer pieces than lanes leave lanes idle: the rate is that of those which have one.
        Assert.Equal(Math.Min(lanes, pumps) * Points / pieceSeconds, measured.Rate, 1e-9 / pieceSeconds);
        Assert.Equal(0, device.Pending);
    }

    [Fact]
    public async Task Pumps_that_wait_for_each_other_do_not_add_up()
    {
        // As seen: four pumps on two lanes and slices of about one piece gave 1.6 times the truth when each counted over its own time.
        var device = new FakeLanes([TimeSpan.FromSeconds(0.66), TimeSpan.FromSeconds(0.66)]);
        Assert.Equal(2 * Points / 0.66, (await Measure(device, lanes: 2, pumps: 4, slice: 0.67)).Rate, 1e-9);
    }

    [Fact]
    public async Task Lanes_of_different_speed_have_the_sum_of_their_rates_within_one_round()
    {
        var device = new FakeLanes([TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.3)]);
        var measured = await Measure(device, lanes: 2, pumps: 4, slice: 60);
        Assert.Equal(Points * (1 / 0.1 + 1 / 0.3), measured.Rate, 2 * Points / measured.Seconds);
    }

    [Fact]
    public async Task A_failure_ends_the_measurement() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Pumps.MeasureAsync(
            TimeProvider.System, 2, 4, TimeSpan.FromSeconds(1), Points, _ => throw new InvalidOperationException("broken"), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Whoever_cancels_gets_no_figure()
    {
        using var cancellation = new CancellationTokenSource();
        var device = new FakeLanes([TimeSpan.FromSeconds(1)]);
        var measuring = Pumps.MeasureAsync(device.Clock, 1, 2, TimeSpan.FromSeconds(5), Points, device.Work, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => measuring);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Threads_count_whole_rounds_of_everybody(int threads)
    {
        var done = 0;
        var measured = await Pumps.OnThreadsAsync(
            TimeProvider.System, threads, TimeSpan.Zero, Points, _ => () => Interlocked.Increment(ref done), TestContext.Current.CancellationToken);
        Assert.Equal(threads * Points, measured.Done);
        Assert.True(done >= 2 * threads, "the first round is not counted");
    }

    private static Task<Slice> Measure(FakeLanes device, int lanes, int pumps, double slice) =>
        // Off any synchronisation context, so that continuations run where the fake device completes them.
        Task.Run(() => device.Until(Pumps.MeasureAsync(device.Clock, lanes, pumps, TimeSpan.FromSeconds(slice), Points, device.Work, CancellationToken.None)));
}
