using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Queue;

namespace SaliencyCluster.Grains.Tests.Queue;

public sealed class ThroughputHistoryTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly ThroughputHistory _history = new();

    [Fact]
    public void Work_is_counted_in_the_seconds_in_which_it_was_done()
    {
        _history.Record("t", ("m", "m:1"), "smoothgrad", "w1", points: 40, seconds: 4, Noon);
        var points = One(ThroughputKind.Method, "smoothgrad", Noon.ToUnixTimeSeconds() - 5);
        Assert.Equal([0, 10, 10, 10, 10, 0], points);
    }

    [Fact]
    public void Each_tenant_has_series_by_model_by_method_and_by_worker()
    {
        _history.Record("t", ("m", "m:1"), "gradient", "w1", 3, 1, Noon);
        _history.Record("u", ("m", "m:1"), "gradient", "w2", 5, 1, Noon);
        var mine = _history.Read(0, Noon).Series.Where(s => s.Tenant == "t").Select(s => (s.Kind, s.Name, s.Points.Sum()));
        Assert.Equal([(ThroughputKind.Model, "m", 3f), (ThroughputKind.Method, "gradient", 3f), (ThroughputKind.Worker, "w1", 3f)], mine);
    }

    [Fact]
    public void A_file_with_two_names_has_a_series_for_each()
    {
        _history.Record("t", ("m", "clean:1"), "gradient", "w1", 3, 1, Noon);
        _history.Record("t", ("m", "other:2"), "gradient", "w1", 5, 1, Noon);
        var models = _history.Read(0, Noon).Series.Where(s => s.Kind == ThroughputKind.Model).Select(s => (s.Name, s.Label, s.Points.Sum()));
        Assert.Equal([("m", "clean:1", 3f), ("m", "other:2", 5f)], models);
        Assert.Equal(8f, _history.Read(0, Noon).Series.Single(s => s.Kind == ThroughputKind.Worker).Points.Sum());
    }

    [Fact]
    public void Points_are_kept_for_five_minutes_and_then_forgotten()
    {
        _history.Record("t", ("m", "m:1"), "gradient", "w1", 3, 1, Noon);
        Assert.Equal(3, _history.Read(0, Noon.AddSeconds(ThroughputHistory.Seconds - 2)).Series.Count);
        _history.Forget(Noon.AddSeconds(ThroughputHistory.Seconds + 1));
        Assert.Empty(_history.Read(0, Noon.AddSeconds(ThroughputHistory.Seconds + 1)).Series);
    }

    private float[] One(ThroughputKind kind, string name, long first) => _history.Read(first, Noon).Series.Single(s => s.Kind == kind && s.Name == name).Points;
}
